#include "controller/decision_log.hpp"

#include <gmock/gmock.h>

#include "proxy/dialects/table.hpp"

namespace vendaval::controller {
namespace {

using testing::HasSubstr;

constexpr time_point start{1h};

faults::armed_fault failing(std::uint64_t id, double probability) {
  faults::error what;
  what.answers = {"institution_down", "unexpected_error"};
  faults::armed_fault fault{.id = id, .label = "s1/black-out/" + std::to_string(id), .what = what};
  fault.where = {.institutions = {"itau"}, .operations = {operation::link}, .probability = {probability}};
  fault.armed = start;
  fault.expires = start + 15s;
  fault.roll = 1000 + id;
  return fault;
}

/// A log of `count` decisions about two faults, as a run would have written it.
std::string a_log(std::size_t count) {
  log_head const head{
      .run = "r-1", .scenario = "s1", .dialect = "belvo", .seed = 42, .calendar = {start, wall_time(9s)}};
  faults::armed_set const set{.faults = {failing(7, 50), failing(8, 30)}, .seed = 42, .epoch = 3};
  auto const belvo = dialects::make_dialect("belvo", {});
  std::string text = line_of(head);
  for (auto const& fault : set.faults) text += line_of(fault);
  faults::ordinals counts;
  std::vector<std::string> const itau{"itau"};
  for (std::size_t i = 0; i < count; ++i) {
    faults::request_facts facts;
    facts.institutions = itau;
    facts.what = operation::link;
    facts.route = "/api/links/";
    facts.method = "POST";
    facts.client = 0xffff'ffff'ffff'fff0u + i % 2;
    faults::decision kept;
    faults::decide(facts, set, counts, *belvo, start + i * 10ms, &kept);
    text += line_of(kept);
  }
  return text;
}

std::expected<decision_log, std::string> read(std::string const& text) {
  return read_decisions(text, mission_institutions());
}

TEST(DecisionLog, IsReadBackAndEveryDecisionComesOutTheSame) {
  auto const log = read(a_log(200));
  ASSERT_TRUE(log) << log.error();
  EXPECT_EQ(log->head.run, "r-1");
  EXPECT_EQ(log->head.calendar.wall, wall_time(9s));
  EXPECT_EQ(log->armed.faults.size(), 2u);
  EXPECT_EQ(log->decisions.size(), 200u);
  EXPECT_FALSE(log->torn);
  EXPECT_TRUE(replay(*log).empty());
  EXPECT_EQ(log->decisions[1].made.client, 0xffff'ffff'ffff'fff1u);
}

TEST(DecisionLog, NamesTheLineOfADecisionThatCameOutDifferently) {
  auto text = a_log(3);
  text.replace(text.rfind("\"made\":\"") + 8, 1, "X");
  auto const log = read(text);
  ASSERT_TRUE(log) << log.error();
  auto const found = replay(*log);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 6u);
  EXPECT_EQ("X" + found[0].now.substr(1), found[0].then);
}

TEST(DecisionLog, LeavesOutALineThatWasNeverFinished) {
  auto const whole = a_log(2);
  auto const log = read(whole.substr(0, whole.size() - 5));
  ASSERT_TRUE(log) << log.error();
  EXPECT_TRUE(log->torn);
  EXPECT_EQ(log->decisions.size(), 1u);
}

TEST(DecisionLog, SaysWhichLineIsNone) {
  EXPECT_THAT(read("").error(), HasSubstr("no whole line"));
  EXPECT_THAT(read("{}\n").error(), HasSubstr("line 1 is no line of a decision log: a log begins with its head"));
  EXPECT_THAT(read(a_log(1) + "[]\n").error(), HasSubstr("line 5"));
  EXPECT_THAT(read(a_log(1) + "{\"at\":1}\n").error(), HasSubstr("line 5"));
  auto other = a_log(1);
  other.replace(other.find("belvo"), 5, "pluto");
  EXPECT_THAT(read(other).error(), HasSubstr("dialect \"pluto\" is not known"));
  auto broken = a_log(1);
  broken.replace(broken.find("\\\"itau"), 6, "\\\"itxx");
  EXPECT_THAT(read(broken).error(), HasSubstr("line 2"));
}

TEST(DecisionLog, IsTheSameInCanonicalOrderHoweverTheDecisionsCame) {
  auto const log = read(a_log(50));
  std::vector<faults::decision const*> forwards, backwards;
  for (auto const& entry : log->decisions) forwards.push_back(&entry.made);
  backwards.assign(forwards.rbegin(), forwards.rend());
  EXPECT_EQ(in_canonical_order(forwards), in_canonical_order(backwards));
  EXPECT_THAT(in_canonical_order(forwards), HasSubstr("fffffffffffffff1 POST /api/links/ [itau] #000003: "));
}

}  // namespace
}  // namespace vendaval::controller
