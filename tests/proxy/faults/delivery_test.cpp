#include "proxy/faults/delivery.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/proxy/faults/support.hpp"

namespace vendaval::faults {
namespace {

using test::start;

struct leaving {
  std::uint64_t count;
  duration after;
};

/// Sends a body whose every byte is there at once, on time.
std::vector<leaving> send(delivery const& how, std::uint64_t size) {
  std::vector<leaving> result;
  courier c(how, size, start);
  auto now = start;
  for (std::uint64_t left = size; left > 0;) {
    auto const step = c.next(left, now);
    now = std::max(now, step.due);
    if (step.count == 0) break;
    result.push_back({step.count, now - start});
    c.sent(step.count);
    left -= step.count;
  }
  return result;
}

std::uint64_t total(std::vector<leaving> const& all) {
  std::uint64_t sum = 0;
  for (auto const& one : all) sum += one.count;
  return sum;
}

TEST(Courier, SendsEverythingAtOnceWhenNothingSlowsIt) {
  auto const all = send({}, 100'000);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].after, 0s);
}

TEST(Courier, KeepsToItsRateFromTheFirstByteToTheLast) {
  auto const all = send({.bytes_per_second = 10'000}, 15'000);
  EXPECT_EQ(total(all), 15'000u);
  EXPECT_EQ(all.back().after, 1500ms);
  std::uint64_t sent = 0;
  for (auto const& one : all) {
    sent += one.count;
    EXPECT_GE(one.after, duration(sent * 100'000));  // never ahead of 10 kB/s
  }
}

TEST(Courier, SlicesWithinItsBoundsAndLosesNothing) {
  auto const all = send({.slices = delivery::slicing{100, 50, 5ms, 1}}, 3000);
  EXPECT_EQ(total(all), 3000u);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    EXPECT_GE(all[i].count, 50u);
    EXPECT_LE(all[i].count, 150u);
    EXPECT_EQ(all[i].after, static_cast<int>(i) * 5ms);
  }
}

TEST(Courier, DelaysEveryPieceFromWhereTheOneBeforeWasDue) {
  auto const all = send({.per_piece = 20ms, .slices = delivery::slicing{10, 0, 0ms, 1}}, 50);
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(all[i].after, static_cast<int>(i + 1) * 20ms);
}

TEST(Courier, DribblesABodyEvenlyOverItsTime) {
  auto const all = send({.over = 20s}, 1000);
  EXPECT_EQ(total(all), 1000u);
  EXPECT_EQ(all.back().after, 20s);
  EXPECT_EQ(all[all.size() / 2 - 1].after, 10s);
}

TEST(Courier, StopsExactlyAtTheCut) {
  EXPECT_EQ(total(send({.cut = delivery::cutting{512, {}}}, 4000)), 512u);
  EXPECT_EQ(total(send({.bytes_per_second = 1000, .cut = delivery::cutting{33, {}}}, 4000)), 33u);
  EXPECT_EQ(total(send({.cut = delivery::cutting{0, {}}}, 4000)), 0u);
  EXPECT_EQ(total(send({.cut = delivery::cutting{9000, {}}}, 4000)), 4000u);  // the body ends before it
}

TEST(Courier, SpoilsItsShareOfBytesAndAlwaysTheSameOnes) {
  delivery const how{.spoil = delivery::spoiling{0.1, 77}};
  std::string whole(20'000, 'a'), pieces = whole;
  courier const c(how, whole.size(), start);
  c.spoil(whole, 0);
  for (std::size_t at = 0; at < pieces.size(); at += 7)
    c.spoil(std::span(pieces).subspan(at, std::min<std::size_t>(7, pieces.size() - at)), at);
  EXPECT_EQ(whole, pieces);
  EXPECT_NEAR(static_cast<double>(std::ranges::count_if(whole, [](char x) { return x != 'a'; })), 2000, 180);
}

}  // namespace
}  // namespace vendaval::faults
