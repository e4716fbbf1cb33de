#include "proxy/faults/read_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/proxy/faults/reading.hpp"
#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using test::read;

TEST(ReadFault, ReadsTheBlackOutOfTheFirstScenario) {
  auto const r = read(R"(
kind = "error"
institutions = ["ofitau_br_retail", "bb", "itau"]
operations = ["retrieve", "link"]
answers = ["institution_down", "institution_unavailable", "unexpected_error"]
shares = ["70%", "20%", "10%"]
after = "1200ms"
after_p99 = "4s"
probability = "30%"
wave = { on = "15s", off = "10s" }
)");
  ASSERT_TRUE(r.fault) << r.said;
  EXPECT_EQ(r.fault->label, "s1/black-out/1");
  EXPECT_EQ(r.fault->where.institutions, (std::vector<std::string>{"itau", "bb"}));
  EXPECT_EQ(r.fault->where.operations, (std::vector{operation::retrieve, operation::link}));
  EXPECT_EQ(r.fault->where.probability, percent{30});
  EXPECT_EQ(std::get<square_wave>(r.fault->over_time).on, 15s);
  EXPECT_EQ(std::get<square_wave>(r.fault->over_time).off, 10s);
  auto const& e = std::get<error>(r.fault->what);
  EXPECT_EQ(e.answers.size(), 3u);
  EXPECT_EQ(e.shares, (std::vector<percent>{{70}, {20}, {10}}));
  EXPECT_EQ(e.after, 1200ms);
  EXPECT_EQ(e.after_p99, 4s);
}

TEST(ReadFault, ReadsEveryFormOfLatency) {
  auto const fixed = read("kind = \"latency\"\ndelay = \"12s\"");
  ASSERT_TRUE(fixed.fault) << fixed.said;
  EXPECT_EQ(std::get<latency>(fixed.fault->what).delay, 12s);
  auto const uniform = read("kind = \"latency\"\nshape = \"uniform\"\nleast = \"1s\"\nmost = \"3s\"");
  ASSERT_TRUE(uniform.fault) << uniform.said;
  EXPECT_EQ(std::get<latency>(uniform.fault->what).kind, latency::form::uniform);
  EXPECT_EQ(std::get<latency>(uniform.fault->what).most, 3s);
  auto const normal = read("kind = \"latency\"\nshape = \"lognormal\"\np50 = \"1s\"\np99 = \"3s\"");
  ASSERT_TRUE(normal.fault) << normal.said;
  EXPECT_EQ(std::get<latency>(normal.fault->what).p99, 3s);
}

TEST(ReadFault, ReadsConnectionAndThrottle) {
  auto const refuse = read("kind = \"connection\"\nmode = \"refuse\"");
  ASSERT_TRUE(refuse.fault) << refuse.said;
  EXPECT_EQ(std::get<connection>(refuse.fault->what).mode, connection::way::refuse);
  auto const bucket =
      read("kind = \"throttle\"\nrequests = 5\nwithin = \"1s\"\nanswer = \"json429\"\nretry_after = \"30s\"");
  ASSERT_TRUE(bucket.fault) << bucket.said;
  auto const& t = std::get<throttle>(bucket.fault->what);
  EXPECT_EQ(t.requests, 5u);
  EXPECT_EQ(t.within, 1s);
  EXPECT_EQ(t.answer, throttle::words::json429);
  EXPECT_EQ(t.retry_after, duration(30s));
}

TEST(ReadFault, TakesTheBanksOfItsSurroundingsWhenItNamesNone) {
  auto const r = read("kind = \"connection\"", {"nubank"});
  ASSERT_TRUE(r.fault) << r.said;
  EXPECT_EQ(r.fault->where.institutions, std::vector<std::string>{"nubank"});
  EXPECT_TRUE(r.fault->where.operations.empty());
  EXPECT_EQ(r.fault->where.probability, percent{100});
  EXPECT_TRUE(std::holds_alternative<std::monostate>(r.fault->over_time));
}

struct mistake {
  std::string text, where, what, help;
};
void PrintTo(mistake const& m, std::ostream* out) { *out << m.text; }
class ReadFaultMistake : public testing::TestWithParam<mistake> {};
TEST_P(ReadFaultMistake, IsToldWithItsPlaceAndItsRemedy) {
  auto const& m = GetParam();
  auto const r = read(m.text);
  EXPECT_FALSE(r.fault);
  ASSERT_EQ(r.wrong.size(), 1u) << r.said;
  auto const& p = r.wrong[0];
  EXPECT_EQ(fmt::format("{}:{}", p.line, p.column), m.where);
  EXPECT_NE(p.what.find(m.what), std::string::npos) << p.what;
  EXPECT_NE(p.help.find(m.help), std::string::npos) << p.help;
}
std::string const an_error = "kind = \"error\"\nanswers = [\"institution_down\", \"unexpected_error\"]\n";
INSTANTIATE_TEST_SUITE_P(
    Rows, ReadFaultMistake,
    testing::Values(
        mistake{"kind = \"latencyy\"\ndelay = \"1s\"", "1:8", "\"latencyy\" is not a fault",
                "did you mean \"latency\"?"},
        mistake{"kind = \"tornado\"", "1:8", "is not a fault",
                "accepted: error, answer, latency, hang, connection, truncate"},
        mistake{"delay = \"1s\"", "1:1", "must say its kind", "accepted: error"},
        mistake{an_error + "institutions = [\"bb\", \"itauu\"]", "3:23", "unknown institution \"itauu\"",
                "did you mean \"itau\"?"},
        mistake{an_error + "institutions = []", "3:16", "must name the banks", "for example"},
        mistake{an_error + "operations = [\"retrive\"]", "3:15", "retrive", "retrieve"},
        mistake{an_error + "probability = 0.3", "3:15", "percentage", ""},
        mistake{an_error + "probability = \"130%\"", "3:15", "percentage", ""},
        mistake{an_error + "wave = { on = \"15s\" }", "3:8", "\"off\" is missing", "off"},
        mistake{an_error + "shares = [\"70%\"]", "3:10", "1 shares for 2 answers", "one share for each"},
        mistake{an_error + "shares = [\"70%\", \"20%\"]", "3:10", "add up to 90%", "100%"},
        mistake{an_error + "after_p99 = \"3s\"", "3:13", "without after", "after = "},
        mistake{an_error + "after = \"3s\"\nafter_p99 = \"2s\"", "4:13", "less than after", ""},
        mistake{an_error + "after = \"11m\"", "3:9", "outside", ""},
        mistake{"kind = \"error\"", "1:1", "which errors", "institution_down"},
        mistake{"kind = \"error\"\nanswers = [\"institution_dow\"]", "2:12", "no error \"institution_dow\"",
                "did you mean \"institution_down\"?"},
        mistake{"kind = \"latency\"", "1:1", "needs delay", "delay = "},
        mistake{"kind = \"latency\"\ndelay = \"1s\"\np50 = \"1s\"", "3:7", "does not belong", "lognormal"},
        mistake{"kind = \"latency\"\nshape = \"uniform\"\nleast = \"3s\"\nmost = \"1s\"", "4:8", "less than least", ""},
        mistake{"kind = \"latency\"\nshape = \"lognormal\"\np50 = \"3s\"\np99 = \"1s\"", "4:7", "less than p50", ""},
        mistake{"kind = \"connection\"\nmode = \"rst\"", "2:8", "mode", "reset"},
        mistake{"kind = \"throttle\"\nrequests = 0", "2:12", "outside", ""},
        mistake{an_error + "per = \"user\"", "3:7", "one of the words", "\"request\", \"connection\""},
        mistake{an_error + "paths = [\"\"]", "3:10", "matches nothing", "leave it out"},
        mistake{an_error + "first = 3\nevery = 2", "4:9", "both given", "choose one"},
        mistake{an_error + "bursts = { enter = \"2%\" }", "3:10", "\"leave\" is missing", "leave"},
        mistake{"kind = \"bandwidth\"\nwhen = \"after_upstream\"", "2:8", "one place to act", "leave it out"},
        mistake{"kind = \"connection\"\nmode = \"vanish\"\nat = \"after_answer\"", "2:8", "cannot vanish", "reset"},
        mistake{"kind = \"data\"\nat = \"results\"", "2:6", "JSON pointer", "/results/-/balance"},
        mistake{"kind = \"data\"\nat = \"/a\"\nchange = \"set\"\nvalue = \"{\"", "4:9", "is not JSON", "null"},
        mistake{"kind = \"answer\"\nreply_headers = [\"Content-Length: 3\"]", "2:18", "written by the proxy",
                "leave it out"},
        mistake{"kind = \"answer\"\nreply_headers = [\"X Y\"]", "2:18", "is not a header", "Name: value"},
        mistake{"kind = \"answer\"\npage = \"empty\"\nbody = \"x\"", "3:8", "both given", "brings its own"},
        mistake{"kind = \"token\"\nlifetime = \"5m\"", "2:12", "does not belong", "lifetime"},
        mistake{"kind = \"quota\"\nanswer = \"operational_limit_reached\"", "2:10", "no error", "did you mean"},
        mistake{"kind = \"slicer\"\nsize = \"10B\"\nspread = \"20B\"", "3:10", "larger than size", ""},
        mistake{"kind = \"latency\"\nshape = \"histogram\"\nvalues = [\"fast\"]", "3:11", "not a duration", "120ms"}));

TEST(ReadFault, LeavesUnknownKeysToTheFinishOfItsTable) {
  auto const r = read(an_error + "chance = \"3%\"");
  ASSERT_EQ(r.wrong.size(), 1u) << r.said;
  EXPECT_EQ(r.wrong[0].what, "unknown key \"chance\"");
  EXPECT_EQ(r.wrong[0].line, 3u);
}

TEST(ReadFault, TellsAllItsMistakesAtOnce) {
  auto const r = read(
      "kind = \"error\"\nanswers = [\"institution_dwn\"]\nprobability = \"200%\"\ninstitutions = [\"itauu\"]\nafter = "
      "3");
  EXPECT_FALSE(r.fault);
  EXPECT_EQ(r.wrong.size(), 4u) << r.said;
}

TEST(ReadFault, AFaultOfTheHandshakeIsChosenByWhatIsKnownThereAndByNothingElse) {
  auto const good =
      read("kind = \"certificate\"\nserver_names = [\"Belvo.Test\"]\nflaw = \"wrong_name\"\nclients = [\"10.*\"]");
  ASSERT_TRUE(good.fault) << good.said;
  EXPECT_EQ(good.fault->where.server_names, std::vector<std::string>{"belvo.test"});
  EXPECT_TRUE(good.fault->where.institutions.empty());
  EXPECT_EQ(good.fault->where.per, unit_of_chance::connection);
  for (std::string const key : {"institutions", "operations", "methods", "paths"}) {
    auto const bad = read("kind = \"old_tls\"\nserver_names = [\"*\"]\n" + key + " = [\"itau\"]");
    EXPECT_FALSE(bad.fault) << key;
    EXPECT_THAT(bad.said, testing::HasSubstr("acts before any request is read, so " + key + " cannot choose"));
    EXPECT_THAT(bad.said, testing::HasSubstr("choose by server_names"));
  }
  for (std::string const more :
       {"", "server_names = []", "server_names = [\"\"]", "server_names = [\"*\"]\nper = \"request\"",
        "server_names = [\"*\"]\nwhen = \"after_upstream\"",
        "server_names = [\"*\"]\nheaders = { \"X-Drill\" = \"1\" }"})
    EXPECT_FALSE(read("kind = \"old_tls\"\n" + more).fault) << more;
  EXPECT_FALSE(read("kind = \"hang\"\nserver_names = [\"*\"]").wrong.empty()) << "requests are chosen by institution";
}

TEST(ReadFault, ACertificateThatNobodyCouldTrustWithoutItsFlawIsRefusedWhereNoCaSigns) {
  auto const with_flaw = [](std::string const& flaw) {
    return "kind = \"certificate\"\nserver_names = [\"*\"]\nflaw = \"" + flaw + "\"";
  };
  for (auto const* flaw : {"expired", "not_yet_valid", "wrong_name"}) {
    auto const bad = read(with_flaw(flaw), {}, false);
    EXPECT_FALSE(bad.fault) << flaw;
    EXPECT_THAT(bad.said, testing::HasSubstr("fault_ca"));
  }
  for (auto const* flaw : {"unknown_issuer", "untrusted_root", "self_signed"})
    EXPECT_TRUE(read(with_flaw(flaw), {}, false).fault) << flaw;
}

}  // namespace
}  // namespace vendaval::faults
