#include "controller/dry_run.hpp"

#include <gmock/gmock.h>

namespace vendaval::controller {
namespace {

using testing::HasSubstr;

constexpr time_point now{10h};

faults::fault_template fault(std::string label, faults::fault what, std::vector<operation> operations = {}) {
  faults::fault_template f;
  f.label = std::move(label);
  f.what = std::move(what);
  f.where.institutions = {"itau"};
  f.where.operations = std::move(operations);
  return f;
}

scenario with(std::vector<faults::fault_template> faults) {
  scenario s;
  s.name = "s1";
  s.target = "itau";
  s.phases.push_back({.name = "down", .from = 0s, .length = 1min, .target = "itau", .faults = std::move(faults)});
  return s;
}

/// 40 retrievals and 60 reads of itau, 100 reads of bb and 10 calls about no bank, within the last five minutes; as
/// much again before them.
monitor::traffic passed() {
  monitor::traffic seen;
  auto const add = [&seen](std::string const& bank, operation what, int count) {
    for (int i = 0; i < count; ++i)
      for (auto const at : {now - 2min, now - 8min}) {
        exchange x;
        x.institution = bank;
        x.what = what;
        x.arrived = x.first_byte = x.ended = at;
        seen.observe(x);
      }
  };
  add("itau", operation::retrieve, 40);
  add("itau", operation::read, 60);
  add("bb", operation::read, 100);
  add(std::string(no_institution), operation::meta, 10);
  return seen;
}

forecast only(faults::fault_template f) { return try_dry(with({std::move(f)}), passed(), now).faults.at(0); }

TEST(DryRun, CountsWhatTheFaultWouldHaveHadInReachInTheLastFiveMinutes) {
  auto const all =
      try_dry(with({fault("a", faults::hang{}), fault("b", faults::hang{}, {operation::retrieve})}), passed(), now);
  EXPECT_EQ(all.requests, 210u);
  EXPECT_EQ(all.faults.at(0).in_reach, 100u);
  EXPECT_EQ(all.faults.at(1).in_reach, 40u);
  EXPECT_FALSE(all.faults.at(1).at_most);
  EXPECT_EQ(all.faults.at(1).touched, 40);
}

TEST(DryRun, ReckonsWithTheProbabilityAndTheCourse) {
  auto f = fault("a", faults::hang{});
  f.where.probability = {30};
  EXPECT_DOUBLE_EQ(only(f).touched, 30);
  f.over_time = faults::square_wave{15s, 45s};
  EXPECT_DOUBLE_EQ(only(f).touched, 7.5);
  f.over_time = faults::every{10};
  EXPECT_DOUBLE_EQ(only(f).touched, 3);
  f.over_time = faults::bursts{{10}, {30}};
  EXPECT_DOUBLE_EQ(only(f).touched, 7.5);
}

TEST(DryRun, SaysAtMostWhereTheFaultIsNarrowerThanWhatIsKept) {
  auto narrowed = fault("a", faults::hang{});
  EXPECT_FALSE(only(narrowed).at_most);
  narrowed.where.paths = {"/api/accounts/*"};
  EXPECT_TRUE(only(narrowed).at_most);
  EXPECT_TRUE(only(fault("a", faults::quota{})).at_most);
  auto const listed = only(fault("a", faults::listed{}));
  EXPECT_EQ(listed.in_reach, 10u);
  EXPECT_TRUE(listed.at_most);
}

TEST(DryRun, SaysItForPeople) {
  auto const s = with({fault("s1/down/1", faults::hang{}, {operation::retrieve})});
  auto const text = show(try_dry(s, passed(), now), s);
  EXPECT_THAT(text, HasSubstr("s1 on itau, against the last 5 min 0 s of traffic: 210 requests"));
  EXPECT_THAT(text, testing::ContainsRegex("s1/down/1 +hang +40 in reach, about 40 touched +.itau; retrieve; 100%."));
  EXPECT_THAT(text, HasSubstr("Nothing was armed."));
  EXPECT_THAT(show(try_dry(s, monitor::traffic(), now), s), HasSubstr("is the app running"));
}

}  // namespace
}  // namespace vendaval::controller
