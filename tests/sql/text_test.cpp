#include "sql/text.hpp"

#include <gmock/gmock.h>

#include "sql/audit_chain.hpp"
#include "sql/sha256.hpp"
#include "sql/uuid.hpp"

namespace vendaval::sql {
namespace {

using namespace std::chrono;

TEST(Text, ReadsTheTimesOfBothDatabases) {
  auto const moment = sys_days(2026y / January / 19) + 17h + 31min + 5s;
  EXPECT_EQ(parse_time("2026-01-19T17:31:05.120Z"), moment + 120ms);
  EXPECT_EQ(parse_time("2026-01-19 17:31:05.12+00"), moment + 120ms);
  EXPECT_EQ(parse_time("2026-01-19 17:31:05.120456+00"), moment + 120456us);
  EXPECT_EQ(parse_time("2026-01-19 17:31:05+00"), moment);
  EXPECT_EQ(parse_time(iso8601(moment + 7ms)), moment + 7ms);
}

TEST(Text, RefusesWhatIsNoTime) {
  for (auto const* const text : {"", "yesterday", "2026-13-19T17:31:05Z", "2026-02-30T17:31:05Z", "2026-01-19T17:31:05",
                                 "2026-01-19 17:31:05-03", "20x6-01-19T17:31:05Z", "2026-01-19T24:00:00Z",
                                 "2026-01-19T17:60:05Z", "2026-01-19T17:31:60Z", "2026-01-19T-1:31:05Z"})
    EXPECT_THROW(parse_time(text), std::runtime_error) << text;
}

TEST(Text, RefusesNumbersWithSomethingBehindThem) {
  EXPECT_EQ(parse_integer("-42"), -42);
  EXPECT_DOUBLE_EQ(parse_number("98.5000"), 98.5);
  EXPECT_THROW(parse_integer("42 "), std::runtime_error);
  EXPECT_THROW(parse_integer("9223372036854775808"), std::runtime_error);
  EXPECT_THROW(parse_number("1,5"), std::runtime_error);
}

TEST(Text, KeepsEveryValidCharacter) {
  for (auto const* const text : {"", "plain", "São Paulo", "\u20ac", "\U0001F32C", "\u007f\u0080\u07ff\u0800\uffff"})
    EXPECT_EQ(clean(text), text);
}

TEST(Text, ReplacesWhatIsNoCharacter) {
  EXPECT_EQ(clean(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(clean("\xff"), "\uFFFD");
  EXPECT_EQ(clean("caf\xe9!"), "caf\uFFFD!");
  EXPECT_EQ(clean("cut \xe2\x82"), "cut \uFFFD\uFFFD");
  EXPECT_EQ(clean("\xc0\xaf"), "\uFFFD\uFFFD");                      // overlong /
  EXPECT_EQ(clean("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(clean("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // past the last plane
}

TEST(Uuid, IsMadeOfTheBitsItIsGiven) {
  EXPECT_EQ(uuid_from(0x0123'4567'89ab'cdef, 0xfedc'ba98'7654'3210), "01234567-89ab-4def-bedc-ba9876543210");
  EXPECT_EQ(uuid_from(0, 0), "00000000-0000-4000-8000-000000000000");
}

TEST(Uuid, NewOnesDifferAndAreOnes) {
  auto const one = new_uuid(), two = new_uuid();
  EXPECT_NE(one, two);
  EXPECT_TRUE(is_uuid(one));
}

TEST(Uuid, KnowsWhatIsNone) {
  EXPECT_TRUE(is_uuid("01234567-89AB-4def-bedc-ba9876543210"));
  for (auto const* const text : {"", "run-1", "0123456789ab-4def-bedc-ba9876543210aaaa",
                                 "01234567-89ab-4def-bedc-ba987654321g", "01234567-89ab-4def-bedc-ba98765432100"})
    EXPECT_FALSE(is_uuid(text)) << text;
}

TEST(Sha256, MatchesTheStandardsExample) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(AuditHash, ChangesWithEveryFieldAndWithWhereOneEnds) {
  audit_row const record{.actor = "ana", .action = "arm", .number = 1, .previous_hash = std::string(audit_genesis)};
  auto const hash = audit_hash(record);
  auto const differs = [&](auto&& change) {
    auto other = record;
    change(other);
    return audit_hash(other) != hash;
  };
  EXPECT_TRUE(differs([](auto& r) { r.number = 2; }));
  EXPECT_TRUE(differs([](auto& r) { r.id = "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.at += 1ms; }));
  EXPECT_TRUE(differs([](auto& r) { r.actor = "anaa", r.action = "rm"; }));  // the same letters, cut elsewhere
  EXPECT_TRUE(differs([](auto& r) { r.reason = "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.scope = "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.lease = "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.result = "x"; }));
  EXPECT_TRUE(differs([](auto& r) { r.previous_hash[0] = '1'; }));
  EXPECT_FALSE(differs([](auto& r) { r.hash = "x"; }));
}

}  // namespace
}  // namespace vendaval::sql
