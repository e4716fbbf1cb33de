#include "proxy/faults/write_fault.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/proxy/faults/reading.hpp"

namespace vendaval::faults {
namespace {

std::string rewritten(std::string const& text) {
  auto const first = test::read(text);
  EXPECT_TRUE(first.fault) << first.said << text;
  if (!first.fault) return {};
  auto const& f = *first.fault;
  return write_fault(f.what, f.where, f.when, f.over_time);
}

/// Faults as write_fault writes them: only what differs from the defaults, in its own order.
class Written : public testing::TestWithParam<std::string> {};
TEST_P(Written, IsReadBackToTheSameFault) { EXPECT_EQ(rewritten(GetParam()), GetParam()); }

std::string itau(std::string const& kind, std::string const& rest) {
  return "kind = \"" + kind + "\"\ninstitutions = [\"itau\"]\n" + rest;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Written,
    testing::Values(
        itau("error",
             "answers = [\"institution_down\", \"unexpected_error\"]\nshares = [\"99.5%\", \"0.5%\"]\n"
             "after = \"1200ms\"\nafter_p99 = \"4s\"\n"),
        itau("latency", "when = \"after_upstream\"\nshape = \"pareto\"\nleast = \"20ms\"\nalpha = 2.25\n"),
        itau("latency", "shape = \"histogram\"\nvalues = [\"1ms\", \"90s\"]\nshares = [\"50%\", \"50%\"]\n"),
        itau("connection", "bursts = { enter = \"2%\", leave = \"25%\" }\nmode = \"refuse\"\n"),
        itau("hang", "wave = { on = \"15s\", off = \"750ms\" }\n"), itau("hang", "first = 3\n"),
        itau("hang", "every = 10\n"), itau("hang", "ramp = { from = \"5%\", to = \"40%\", over = \"5m\" }\n"),
        itau("answer", "status = 503\ncontent_type = \"text/html\"\nbody = \"<p>\\\"Manutenção\\\"\\u000a\\\\\"\n"),
        itau("data", "change = \"set\"\nat = \"/results/-/balance\"\nvalue = \"0\"\n"),
        itau("listed", "as = \"odd\"\n"),
        "kind = \"certificate\"\nserver_names = [\"belvo.*\"]\nper = \"client\"\nflaw = \"wrong_name\"\n",
        "kind = \"handshake\"\nserver_names = [\"*\"]\nclients = [\"10.*\"]\nalert = \"internal_error\"\n",
        "kind = \"hang\"\ninstitutions = [\"itau\", \"bb\"]\noperations = [\"link\", \"retrieve\"]\n"
        "methods = [\"POST\"]\npaths = [\"/api/accounts/*\"]\nheaders = { \"X-Drill\" = \"1\" }\n"
        "clients = [\"belvo-js*\"]\nprobability = \"12.5%\"\nper = \"client\"\nper_second = 50\n"));

/// As a compressed run with scaled delays has them: every duration divided, also those that this fault does not use.
TEST(Written, SaysNothingOfWhatTheFaultHasNoUseFor) {
  webhook silent;
  silent.delay /= 20, silent.window /= 20;
  scope const where{.institutions = {"itau"}, .operations = {}};
  EXPECT_EQ(write_fault(silent, where, {}, {}), itau("webhook", ""));
  webhook late = silent;
  late.effect = webhook::way::late;
  EXPECT_EQ(write_fault(late, where, {}, {}), itau("webhook", "effect = \"late\"\ndelay = \"4500ms\"\n"));
  token expired;
  expired.lifetime /= 20;
  EXPECT_EQ(write_fault(expired, where, {}, {}), itau("token", ""));
  data removed{.change = data::what::remove, .at = "/results/-/balance", .age = 72min};
  EXPECT_EQ(write_fault(removed, where, {}, {}), itau("data", "at = \"/results/-/balance\"\n"));
}

TEST(Written, SaysNothingOfDefaultsWhateverTheKind) {
  each_kind([](auto const& kind) {
    scope where{.institutions = {"itau"}, .operations = {}};
    auto expected = itau(std::string(kind.name), "");
    if (!about_requests(kind)) {
      where = {.institutions = {}, .operations = {}, .per = unit_of_chance::connection};
      where.server_names = {"*"};
      expected = fmt::format("kind = \"{}\"\nserver_names = [\"*\"]\n", kind.name);
    }
    EXPECT_EQ(write_fault(kind, where, {}, {}), expected);
  });
}

}  // namespace
}  // namespace vendaval::faults
