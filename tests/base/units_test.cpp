#include "base/units.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "base/dice.hpp"

namespace vendaval {
namespace {

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(parse_duration("5ns"), 5ns);
  EXPECT_EQ(parse_duration("5us"), 5us);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("2s"), 2s);
  EXPECT_EQ(parse_duration("1.5m"), 90s);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("90d"), 90 * 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
  EXPECT_EQ(parse_duration("0.1s"), 100ms);
}

TEST(Duration, RefusesWhatIsNoDuration) {
  for (auto const* text : {"", "5", "s", "-5s", "+5s", " 5s", "5s ", "5 s", "5S", "1m30s", "1e3s", "nan", "infs",
                           "0x5s", "5,5s", "300000d"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Duration, ReadsBackWhatItShows) {
  dice d(7);
  for (int i = 0; i < 10'000; ++i) {
    // 2^53 ns is 104 days: as far as a double counts every nanosecond.
    auto const whole = duration(static_cast<duration::rep>(d.bits() >> (11 + d.below(53))));
    ASSERT_EQ(parse_duration(show(whole)), whole) << show(whole);
  }
}

TEST(Duration, ShowsTheLargestUnitThatIsExact) {
  EXPECT_EQ(show(0ns), "0s");
  EXPECT_EQ(show(90s), "90s");
  EXPECT_EQ(show(120s), "2m");
  EXPECT_EQ(show(24h), "1d");
  EXPECT_EQ(show(1500ms), "1500ms");
  EXPECT_EQ(show(1ns), "1ns");
}

TEST(Duration, IsRoundedForPeople) {
  EXPECT_EQ(for_people(0ns), "0 s");
  EXPECT_EQ(for_people(12us), "12 µs");
  EXPECT_EQ(for_people(38ms), "38 ms");
  EXPECT_EQ(for_people(4213ms), "4.21 s");
  EXPECT_EQ(for_people(42130ms), "42.1 s");
  EXPECT_EQ(for_people(12min + 5s), "12 min 5 s");
  EXPECT_EQ(for_people(2h + 3min), "2 h 3 min");
  EXPECT_EQ(for_people(-38ms), "-38 ms");
}

TEST(Duration, NeverRoundsUpIntoAFigureOfTheNextUnit) {
  EXPECT_EQ(for_people(999'600us), "1.00 s");
  EXPECT_EQ(for_people(999'900ns), "1 ms");
  EXPECT_EQ(for_people(9'999ms), "10.0 s");
}

TEST(Percent, ReadsOnlyWhatSaysPercent) {
  EXPECT_EQ(parse_percent("30%"), percent{30});
  EXPECT_EQ(parse_percent("0.5%"), percent{0.5});
  EXPECT_EQ(parse_percent("100%"), percent{100});
  for (auto const* text : {"", "30", "0.3", "%", "101%", "-1%", "30 %", "nan%", "30%%"})
    EXPECT_EQ(parse_percent(text), std::nullopt) << text;
}

TEST(Percent, ReadsBackWhatItShows) {
  dice d(8);
  for (int i = 0; i < 10'000; ++i) {
    percent const p{d.unit() * 100};
    ASSERT_EQ(parse_percent(show(p)), p) << show(p);
  }
}

TEST(Percent, OfNothingIsNothing) {
  EXPECT_EQ(percent::of(1, 4), percent{25});
  EXPECT_EQ(percent::of(0, 0), percent{0});
  EXPECT_DOUBLE_EQ(percent{25}.share(), 0.25);
}

TEST(Bytes, ReadsBackWhatItShows) {
  EXPECT_EQ(parse_bytes("64KiB"), bytes{65536});
  EXPECT_EQ(parse_bytes("1.5KiB"), bytes{1536});
  EXPECT_EQ(parse_bytes("512B"), bytes{512});
  EXPECT_EQ(show(bytes{0}), "0B");
  EXPECT_EQ(show(bytes{65536}), "64KiB");
  dice d(9);
  for (int i = 0; i < 10'000; ++i) {
    bytes const b{d.bits() >> (11 + d.below(53))};
    ASSERT_EQ(parse_bytes(show(b)), b) << show(b);
  }
}

TEST(Bytes, RefusesWhatIsNoSize) {
  for (auto const* text : {"", "64", "64KB", "64kib", "0.5B", "-1B", "KiB", "1 KiB"})
    EXPECT_EQ(parse_bytes(text), std::nullopt) << text;
}

}  // namespace
}  // namespace vendaval
