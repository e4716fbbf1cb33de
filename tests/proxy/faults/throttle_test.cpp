#include "proxy/faults/throttle.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using namespace test;

int let_through(path& p, armed_set const& set, int attempts, time_point now) {
  int passed = 0;
  for (int i = 0; i < attempts; ++i) passed += forwards(p.decide({}, set, now));
  return passed;
}

TEST(Throttle, LetsABurstThroughAndThenOneForEachStep) {
  path p;
  armed_set const set{.faults = {armed(1, throttle{.requests = 80, .within = 30s})}};
  EXPECT_EQ(let_through(p, set, 200, start), 80);
  EXPECT_EQ(let_through(p, set, 10, start + 375ms - 1ns), 0);
  EXPECT_EQ(let_through(p, set, 10, start + 375ms), 1);  // 30 s / 80
  EXPECT_EQ(let_through(p, set, 10, start + 1125ms), 2);
}

TEST(Throttle, IsFullAgainAfterItsPeriodAndNeverMoreThanFull) {
  path p;
  armed_set const set{.faults = {armed(1, throttle{.requests = 80, .within = 30s})}};
  EXPECT_EQ(let_through(p, set, 100, start), 80);
  EXPECT_EQ(let_through(p, set, 100, start + 30s), 80);
  EXPECT_EQ(let_through(p, set, 100, start + 10min), 80);
}

TEST(Throttle, CountsExactlyForAwkwardNumbers) {
  for (auto const [requests, per] : {std::pair<std::uint32_t, duration>{1, 1s}, {3, 1s}, {7, 100ms}, {9'999, 100ms}}) {
    path p;
    armed_set const set{.faults = {armed(1, throttle{.requests = requests, .within = per})}};
    EXPECT_EQ(let_through(p, set, static_cast<int>(requests) + 50, start), static_cast<int>(requests));
  }
}

TEST(Throttle, DoesNotCountARequestThatItLetThroughAsTouched) {
  path p;
  armed_set const set{.faults = {armed(1, throttle{.requests = 1, .within = 1s})}};
  EXPECT_TRUE(p.decide({}, set).untouched());
  EXPECT_FALSE(p.decide({}, set).untouched());
}

TEST(Throttle, TakesNoTokenForARequestThatAnotherFaultEnded) {
  path p;
  auto const tight = armed(2, throttle{.requests = 1, .within = 1h});
  p.decide({}, {.faults = {armed(1, down()), tight}});
  EXPECT_EQ(let_through(p, {.faults = {tight}}, 5, start), 1);
}

TEST(Throttle, SaysHtmlOrJsonAndWhenToComeBack) {
  path p;
  auto const turned_away = [&](std::uint64_t id, throttle t) {
    armed_set const set{.faults = {armed(id, t)}};
    p.decide({}, set);
    return std::get<plan::answer>(p.decide({}, set).end);
  };
  auto const html = turned_away(1, {.requests = 1, .within = 1h});
  EXPECT_EQ(html.code, "throttled_html");
  EXPECT_TRUE(html.headers.empty());
  auto const json =
      turned_away(2, {.requests = 1, .within = 1h, .answer = throttle::words::json429, .retry_after = 1500ms});
  EXPECT_EQ(json.code, "throttled_json");
  ASSERT_EQ(json.headers.size(), 1u);
  EXPECT_EQ(json.headers[0].name, "Retry-After");
  EXPECT_EQ(json.headers[0].value, "2");
}

TEST(Throttle, IsExactWhenFourThreadsHammerIt) {
  path p;
  armed_set const set{.faults = {armed(1, throttle{.requests = 1000, .within = 1h})}};
  auto const copy = set;  // each data thread has its own copy of the set; the bucket is one
  std::atomic<int> passed = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] { passed += let_through(p, t % 2 ? set : copy, 5000, start); });
  }
  EXPECT_EQ(passed, 1000);
}

}  // namespace
}  // namespace vendaval::faults
