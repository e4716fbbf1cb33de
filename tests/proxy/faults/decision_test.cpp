#include "proxy/faults/decision.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

TEST(Decision, IsKeptOnlyWhenAFaultHasTheRequestInReach) {
  path p;
  armed_set const set{.faults = {armed(7, down(), sometimes(0))}, .seed = 1, .epoch = 5};
  decision kept;
  decide(request{.institutions = {"bb"}}.facts(), set, p.counts, p.shapes, start, &kept);
  EXPECT_TRUE(kept.considered.empty());
  decide(request{.method = "GET", .link = 12}.facts(), set, p.counts, p.shapes, start + 3s, &kept);
  ASSERT_EQ(kept.considered.size(), 1u);
  EXPECT_EQ(kept.considered[0].fault, 7u);
  EXPECT_FALSE(kept.considered[0].touched) << "the dice said no";
  EXPECT_EQ(kept.made, "forward");
  EXPECT_EQ(kept.epoch, 5u);
  EXPECT_EQ(kept.at, start + 3s);
  EXPECT_EQ(kept.subject, 12u);
  EXPECT_EQ(kept.method, "GET");
}

TEST(Decision, SaysInOneLineWhatWasMadeOfTheRequest) {
  path p;
  auto late = armed(9, wait(2s));
  late.when = side_of_upstream::after_upstream;
  armed_set const set{.faults = {armed(7, wait(1s)), late, armed(8, truncate{.after = {100}})}, .seed = 1};
  decision kept;
  decide(request{}.facts(), set, p.counts, p.shapes, start, &kept);
  EXPECT_EQ(kept.made, "forward; held 1s; answer held 2s; cut after 100, polite; by test/7, test/8, test/9");
  armed_set const ended{.faults = {armed(1, down())}, .seed = 1};
  EXPECT_TRUE(describe(p.decide({}, ended), ended).starts_with("answer 400 institution_down #"));
}

/// One of each kind that has something to do here, some of them left to chance or to a course.
std::vector<armed_fault> the_catalogue(dice& d) {
  std::vector<armed_fault> all;
  std::uint64_t id = 0;
  each_kind([&](auto kind) {
    if constexpr (requires {
                    kind.answers;
                    kind.shares;
                  })
      kind.answers = {"institution_down"};
    if constexpr (requires { kind.change; }) kind.at = "/a";
    auto& one = all.emplace_back(armed(++id, kind, sometimes(100.0 * d.unit())));
    if (d.chance(0.3)) one.where.paths = {"/api/accounts/*"};
    if (d.chance(0.3)) one.where.per = unit_of_chance::client;
    if (d.chance(0.2)) one.over_time = bursts{{20}, {30}};
    if (d.chance(0.2)) one.over_time = every{3};
    if (d.chance(0.2)) one.over_time = square_wave{2s, 1s};
    if (d.chance(0.2)) one.where.per_second = 5;
  });
  return all;
}

TEST(Decision, S21_IsMadeAgainFromWhatWasKeptWhateverTheKind) {
  dice d(7);
  std::set<std::string> different;
  for (int round = 0; round < 50; ++round) {
    auto const faults = the_catalogue(d);
    path then, again;
    armed_set const set{.faults = faults, .seed = 42};
    armed_set fresh = set;  // as a log gives them back: without what they remembered
    for (auto& one : fresh.faults)
      one = armed(one.id, one.what, one.where), one.over_time = faults[one.id - 1].over_time;
    for (int i = 0; i < 100; ++i) {
      request const r{.institutions = {d.chance(0.8) ? "itau" : "bb"},
                      .route = d.chance(0.5) ? "/api/accounts/" : "/api/links/",
                      .client = 1 + d.below(3),
                      .connection = d.below(4),
                      .lists_banks = d.chance(0.1),
                      .target = d.chance(0.5) ? "/api/accounts/?page=2" : "/api/links/",
                      .credential = d.below(3)};
      decision kept;
      decide(r.facts(), set, then.counts, then.shapes, start + i * 137ms, &kept);
      if (kept.considered.empty()) continue;
      ASSERT_EQ(decide_again(kept, fresh, again.counts, again.shapes), kept.made)
          << "round " << round << ", request " << i;
      different.insert(kept.made);
    }
  }
  EXPECT_GT(different.size(), 300u);
}

}  // namespace
}  // namespace vendaval::faults
