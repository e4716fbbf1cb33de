#include "monitor/silences/silence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;
constexpr time_point now{1h};

silence of(std::string institution, duration length = 1h) {
  silence s;
  s.institution = std::move(institution);
  s.by = "ana";
  s.reason = "o banco avisou";
  s.until = now + length;
  return s;
}

rule graded(severity grade) {
  rule r;
  r.name = "errors_high";
  r.grade = grade;
  return r;
}

TEST(Silence, QuietsWhatItNamesUntilItEnds) {
  silence_book book(1);
  ASSERT_TRUE(book.add(of("itau"), now));
  auto const r = graded(severity::high);
  EXPECT_TRUE(book.quiets("itau", r, "", now));
  EXPECT_TRUE(book.quiets("itau", r, "s1", now));
  EXPECT_FALSE(book.quiets("nubank", r, "", now));
  EXPECT_TRUE(book.quiets("itau", r, "", now + 1h - 1ns));
  EXPECT_FALSE(book.quiets("itau", r, "", now + 1h));
  book.expire(now + 1h);
  EXPECT_TRUE(book.all().empty());
}

TEST(Silence, LetsWhatIsWorseThrough) {
  silence_book book(1);
  auto mild = of("itau");
  mild.at_most = severity::medium;
  ASSERT_TRUE(book.add(mild, now));
  EXPECT_TRUE(book.quiets("itau", graded(severity::low), "", now));
  EXPECT_FALSE(book.quiets("itau", graded(severity::critical), "", now));
}

TEST(Silence, AlwaysEndsAndAlwaysSaysWhoAndWhy) {
  silence_book book(1);
  EXPECT_THAT(book.add(of("itau", 0s), now).error(), HasSubstr("in the future"));
  EXPECT_THAT(book.add(of("itau", 8 * 24h), now).error(), HasSubstr("7d at most"));
  EXPECT_THAT(book.add(of("", 5h), now).error(), HasSubstr("everything"));
  EXPECT_TRUE(book.add(of("", 4h), now));
  auto nameless = of("itau"), groundless = of("itau");
  nameless.by.clear();
  groundless.reason.clear();
  EXPECT_FALSE(book.add(nameless, now));
  EXPECT_FALSE(book.add(groundless, now));
}

TEST(Silence, OfAGameDayEndsWithIt) {
  silence_book book(1);
  auto s = of("itau");
  s.run = "r1";
  ASSERT_TRUE(book.add(s, now));
  EXPECT_TRUE(book.run_ended("r2", now).empty());
  EXPECT_EQ(book.run_ended("r1", now + 1min).size(), 1u);
  EXPECT_FALSE(book.quiets("itau", graded(severity::low), "", now + 1min));
}

TEST(Silence, IsRemovedByItsIdAndOutlivesARestart) {
  silence_book book(1), next(2);
  auto const made = book.add(of("itau"), now).value();
  next.restore(book.all(), now + 10min);
  EXPECT_TRUE(next.quiets("itau", graded(severity::low), "", now + 10min));
  EXPECT_FALSE(next.remove("no such id", now));
  EXPECT_EQ(next.remove(made.id, now + 11min)->until, now + 11min);
  EXPECT_FALSE(next.quiets("itau", graded(severity::low), "", now + 12min));
}

}  // namespace
}  // namespace vendaval::monitor
