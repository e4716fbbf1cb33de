#include "proxy/faults/decide_handshake.hpp"

#include <gtest/gtest.h>

#include "proxy/faults/decision.hpp"
#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;
using ending = handshake_plan::ending;

armed_fault at_hello(std::uint64_t id, fault what, std::vector<std::string> names = {"*"}) {
  scope where{.institutions = {}, .operations = {}, .per = unit_of_chance::connection};
  where.server_names = std::move(names);
  return armed(id, std::move(what), std::move(where));
}

handshake_plan shaken(std::vector<armed_fault> faults, connection_facts const& client = {"belvo.test", "10.0.0.1", 1},
                      time_point now = start) {
  ordinals counts;
  return decide_handshake(client, {.faults = std::move(faults), .seed = 1}, counts, now);
}

TEST(DecideHandshake, TouchesTheNamesAndAddressesOfItsScopeOnly) {
  struct row {
    std::vector<std::string> names, clients;
    std::string_view asked_for;
    bool touched;
  };
  for (auto const& [names, clients, asked_for, touched] : {
           row{{"belvo.test"}, {}, "belvo.test", true},
           row{{"*.test"}, {}, "belvo.test", true},
           row{{"belvo.test"}, {}, "other.test", false},
           row{{"belvo.test"}, {}, "", false},
           row{{"*"}, {}, "", true},
           row{{"*"}, {"10.0.0.*"}, "", true},
           row{{"*"}, {"10.0.1.*"}, "", false},
           row{{}, {}, "belvo.test", false},
       }) {
    auto one = at_hello(1, handshake_end{}, names);
    one.where.clients = clients;
    EXPECT_EQ(!shaken({one}, {asked_for, "10.0.0.1", 1}).untouched(), touched) << asked_for;
  }
}

TEST(DecideHandshake, S1_StartsNothingBeforeItIsArmedNorWhenItsLeaseIsOver) {
  auto const one = at_hello(1, certificate{});
  EXPECT_TRUE(shaken({one}, {"a", "b", 1}, start - 1ns).untouched());
  EXPECT_FALSE(shaken({one}, {"a", "b", 1}, start + 1h - 1ns).untouched());
  EXPECT_TRUE(shaken({one}, {"a", "b", 1}, start + 1h).untouched());
}

TEST(DecideHandshake, AddsHoldsUpAndLetsTheFirstOfEachKindWin) {
  auto const plan = shaken({at_hello(4, slow_handshake{2s}), at_hello(3, certificate{certificate_flaw::expired}),
                            at_hello(5, certificate{certificate_flaw::self_signed}), at_hello(2, slow_handshake{1s}),
                            at_hello(6, old_tls{tls_version::tls_1_0}), at_hello(7, old_tls{}),
                            at_hello(8, handshake_end{}), at_hello(9, handshake_end{handshake_end::way::reset})});
  EXPECT_EQ(plan.hold, 3s);
  EXPECT_EQ(plan.certificate, certificate_flaw::expired);
  EXPECT_EQ(plan.newest, tls_version::tls_1_0);
  EXPECT_EQ(plan.end, ending::alert);
  EXPECT_EQ(plan.fired, (std::vector<std::uint64_t>{2, 3, 4, 6, 8}));
}

TEST(DecideHandshake, ThrowsItsDiceOncePerConnectionOrOncePerClient) {
  auto one = at_hello(1, handshake_end{});
  one.where.probability = percent{40};
  auto const hits = [](armed_fault const& fault, bool one_client) {
    ordinals counts;
    int result = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i)
      result +=
          !decide_handshake({"a", "b", one_client ? 7 : i}, {.faults = {fault}, .seed = 1}, counts, start).untouched();
    return result;
  };
  EXPECT_NEAR(hits(one, true), 4000, 200);
  one.where.per = unit_of_chance::client;
  EXPECT_NEAR(hits(one, false), 4000, 200);
  EXPECT_TRUE(hits(one, true) == 0 || hits(one, true) == 10'000);
}

TEST(DecideHandshake, CountsConnectionsForItsCourseAndItsCap) {
  auto first_two = at_hello(1, handshake_end{});
  first_two.over_time = first{2};
  auto capped = at_hello(2, slow_handshake{});
  capped.where.per_second = 1;
  armed_set const set{.faults = {first_two, capped}, .seed = 1};
  ordinals counts;
  std::vector<std::size_t> touched;
  for (int i = 0; i < 4; ++i) touched.push_back(decide_handshake({"a", "b", 7}, set, counts, start).fired.size());
  EXPECT_EQ(touched, (std::vector<std::size_t>{2, 1, 0, 0}));
}

TEST(DecideHandshake, LeavesRequestsToFaultsOfRequestsAndTheOtherWayRound) {
  path p;
  ordinals counts;
  auto named = at_hello(1, handshake_end{});
  named.where.institutions = {"itau"};  // the book would not let it in
  EXPECT_TRUE(p.decide({}, {.faults = {named}}).untouched());
  auto down_for_all = armed(2, down());
  down_for_all.where.server_names = {"*"};
  EXPECT_TRUE(shaken({down_for_all}).untouched());
}

TEST(DecideHandshake, S21_IsMadeAgainFromWhatWasKept) {
  std::vector<armed_fault> all;
  each_kind([&all](auto const& kind) {
    if (about_requests(kind)) return;
    for (double const odds : {100.0, 30.0}) {
      auto& one = all.emplace_back(at_hello(all.size() + 1, kind, {"belvo.*"}));
      one.where.probability = percent{odds};
      if (odds < 50) one.over_time = every{3};
    }
  });
  std::get<slow_handshake>(
      std::ranges::find(all, "slow_handshake", [](auto const& f) { return kind_of(f.what); })->what)
      .jitter = 3s;
  armed_set const set{.faults = all, .seed = 9};
  ordinals then, again;
  plain_shapes const shapes;
  for (std::uint64_t i = 0; i < 300; ++i) {
    decision kept;
    auto const made = decide_handshake({"belvo.test", "10.0.0.1", i % 3}, set, then, start, &kept);
    EXPECT_EQ(kept.made, describe(made, set));
    ASSERT_EQ(decide_again(kept, set, again, shapes), kept.made);
  }
}

}  // namespace
}  // namespace vendaval::faults
