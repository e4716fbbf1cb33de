#include "monitor/traffic/write_watch.hpp"

#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

constexpr time_point start{1h};

exchange write(std::uint64_t fingerprint, duration arrived, bool lost = false, std::string bank = "itau") {
  exchange x;
  x.institution = std::move(bank);
  x.write = fingerprint;
  x.arrived = start + arrived;
  x.ended = x.arrived + 1s;
  x.answer_lost = lost;
  return x;
}

write_counts after(std::vector<exchange> const& all) {
  write_watch watch;
  for (auto const& x : all) watch.observe(x);
  return watch.of("itau");
}

TEST(WriteWatch, CountsAWriteThatIsSentAgainAfterItsAnswerWasLost) {
  EXPECT_EQ(after({write(7, 0s, true), write(7, 2s)}), (write_counts{1, 1}));
  EXPECT_EQ(after({write(7, 0s, true), write(7, 2s, true), write(7, 4s)}), (write_counts{2, 2}));
}

TEST(WriteWatch, CountsNoRepetitionOfAWriteThatWasHeard) {
  EXPECT_EQ(after({write(7, 0s), write(7, 2s)}), (write_counts{0, 0}));
}

TEST(WriteWatch, CountsNoOtherWriteAndNoneThatCameBeforeTheLoss) {
  EXPECT_EQ(after({write(7, 0s, true), write(8, 2s)}), (write_counts{1, 0}));
  EXPECT_EQ(after({write(7, 0s, true), write(7, 500ms)}), (write_counts{1, 0}));
}

TEST(WriteWatch, LooksAtNothingThatIsNoWriteOrCarriesAKey) {
  EXPECT_EQ(after({write(0, 0s, true), write(0, 2s)}), (write_counts{0, 0}));
}

TEST(WriteWatch, UnderstandsALossThatIsToldAfterItsRepetition) {
  EXPECT_EQ(after({write(7, 2s), write(7, 0s, true)}), (write_counts{1, 1}));
}

TEST(WriteWatch, CountsForTheBankOfTheRepetition) {
  write_watch watch;
  watch.observe(write(7, 0s, true));
  watch.observe(write(7, 2s, false, "bb"));
  EXPECT_EQ(watch.of("itau"), (write_counts{1, 0}));
  EXPECT_EQ(watch.of("bb"), (write_counts{0, 1}));
}

TEST(WriteWatch, ForgetsAfterItsTimeAndKeepsNoMoreThanItsRoom) {
  EXPECT_EQ(after({write(7, 0s, true), write(8, 10min + 2s), write(7, 11min)}), (write_counts{1, 0}));
  EXPECT_EQ(after({write(7, 0s, true), write(7, 9min), write(8, 11min), write(7, 12min)}), (write_counts{1, 2}));
  write_watch small(10min, 2);
  small.observe(write(7, 0s, true));
  small.observe(write(8, 2s));
  small.observe(write(9, 3s));
  small.observe(write(7, 4s));
  EXPECT_EQ(small.of("itau"), (write_counts{1, 0}));
}

}  // namespace
}  // namespace vendaval::monitor
