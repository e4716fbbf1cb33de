#include "proxy/faults/data.hpp"

#include <fmt/format.h>

#include <boost/json/parse.hpp>

namespace vendaval::faults {
namespace {

bool is_json(std::string const& text) {
  boost::system::error_code wrong;
  boost::json::parse(text, wrong);
  return !wrong;
}

}  // namespace

void data::check(fault_checks& checks) const {
  if (change == what::endless) {
    if (checks.given("at"))
      checks.fail("at", "change = \"endless\" needs no pointer", "it is about the member \"next\"");
  } else if (!at.starts_with('/')) {
    checks.fail("at", "at must be a JSON pointer, which starts with \"/\"", "for example: at = \"/results/-/balance\"");
  }
  if (change == what::set && !is_json(value))
    checks.fail("value", fmt::format("value = \"{}\" is not JSON", value),
                R"(for example: value = "0", value = "null" or value = '"text"')");
  if (change != what::set && checks.given("value")) checks.fail("value", "value belongs to change = \"set\"", {});
  if (change != what::older && checks.given("age")) checks.fail("age", "age belongs to change = \"older\"", {});
  if (change != what::duplicate && change != what::drop && checks.given("items"))
    checks.fail("items", "items belongs to change = \"duplicate\" and change = \"drop\"", {});
}

bool data::shape(plan& p, shaping_context&) const {
  using edit = json_edit::what;
  constexpr std::array edits{edit::remove, edit::set, edit::duplicate_items, edit::drop_items, edit::older, edit::loop};
  p.edits.push_back(
      {change == what::endless ? "/next" : at, edits[static_cast<std::size_t>(change)], value, items, age});
  return true;
}

}  // namespace vendaval::faults
