#include "proxy/faults/edit_json.hpp"

#include <gtest/gtest.h>

#include "base/time.hpp"

namespace vendaval::faults {
namespace {

using what = json_edit::what;

constexpr std::string_view page =
    R"({"count":2,"next":null,"results":[{"id":"a","balance":10.5,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","balance":-3,"value_date":"2026-03-01"}]})";

struct change {
  json_edit edit;
  std::string_view becomes;  // empty: no change
};
class EditJson : public testing::TestWithParam<change> {};
TEST_P(EditJson, ChangesWhatThePointerFinds) {
  auto const& c = GetParam();
  auto const made = edit_json(page, {&c.edit, 1}, "https://localhost:8443/api/accounts/?page=1");
  EXPECT_EQ(made.value_or(""), c.becomes);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, EditJson,
    testing::Values(
        change{
            {.pointer = "/results/-/balance", .change = what::remove},
            R"({"count":2,"next":null,"results":[{"id":"a","collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","value_date":"2026-03-01"}]})"},
        change{{.pointer = "/results/0", .change = what::remove},
               R"({"count":2,"next":null,"results":[{"id":"b","balance":-3,"value_date":"2026-03-01"}]})"},
        change{
            {.pointer = "/results/-/balance", .change = what::set, .value = "0"},
            R"({"count":2,"next":null,"results":[{"id":"a","balance":0,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","balance":0,"value_date":"2026-03-01"}]})"},
        change{
            {.pointer = "/results", .change = what::duplicate_items, .value = "", .items = 1},
            R"({"count":2,"next":null,"results":[{"id":"a","balance":1.05E1,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"a","balance":1.05E1,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","balance":-3,"value_date":"2026-03-01"}]})"},
        change{{.pointer = "/results", .change = what::drop_items, .value = "", .items = 9},
               R"({"count":2,"next":null,"results":[]})"},
        change{
            {.pointer = "/results/0/collected_at", .change = what::older, .value = "", .items = 1, .age = 24h},
            R"({"count":2,"next":null,"results":[{"id":"a","balance":1.05E1,"collected_at":"2026-01-18T14:31:05.120Z"},{"id":"b","balance":-3,"value_date":"2026-03-01"}]})"},
        change{
            {.pointer = "/results/1/value_date", .change = what::older, .value = "", .items = 1, .age = 24h},
            R"({"count":2,"next":null,"results":[{"id":"a","balance":1.05E1,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","balance":-3,"value_date":"2026-02-28"}]})"},
        change{
            {.pointer = "/next", .change = what::loop},
            R"({"count":2,"next":"https://localhost:8443/api/accounts/?page=1","results":[{"id":"a","balance":1.05E1,"collected_at":"2026-01-19T14:31:05.120Z"},{"id":"b","balance":-3,"value_date":"2026-03-01"}]})"},
        change{{.pointer = "/results/7", .change = what::remove}, ""},
        change{{.pointer = "/nothing/here", .change = what::set, .value = "1"}, ""},
        change{{.pointer = "/count", .change = what::older, .value = "", .items = 1, .age = 24h}, ""},
        change{{.pointer = "/count", .change = what::drop_items}, ""}));

TEST(EditJson, LeavesAloneWhatIsNotJson) {
  json_edit const edit{.pointer = "/a", .change = what::remove};
  EXPECT_FALSE(edit_json("<html>", {&edit, 1}, ""));
  EXPECT_FALSE(edit_json("", {&edit, 1}, ""));
}

TEST(EditJson, UnderstandsEscapedSteps) {
  json_edit const edit{.pointer = "/a~1b/c~0d", .change = what::set, .value = "true"};
  EXPECT_EQ(edit_json(R"({"a/b":{"c~d":1}})", {&edit, 1}, ""), R"({"a/b":{"c~d":true}})");
}

}  // namespace
}  // namespace vendaval::faults
