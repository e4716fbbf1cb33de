#include "proxy/faults/edit_json.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <sstream>
#include <vector>

namespace vendaval::faults {
namespace {

namespace json = boost::json;
using what = json_edit::what;

/// The steps of a JSON pointer, unescaped.
std::vector<std::string> steps_of(std::string_view pointer) {
  std::vector<std::string> result;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    auto const end = std::min(pointer.find('/'), pointer.size());
    std::string step;
    for (std::size_t i = 0; i < end; ++i) {
      bool const escaped = pointer[i] == '~' && i + 1 < end;
      step += escaped ? (pointer[++i] == '1' ? '/' : '~') : pointer[i];
    }
    result.push_back(std::move(step));
    pointer.remove_prefix(end);
  }
  return result;
}

std::optional<std::size_t> index_of(std::string const& step, json::array const& in) {
  std::size_t index = 0;
  auto const [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  bool const number = error == std::errc{} && end == step.data() + step.size();
  return number && index < in.size() ? std::optional(index) : std::nullopt;
}

/// "2026-01-19" or "2026-01-19T14:31:05…": its date and time of day become earlier, what follows stays.
bool make_older(json::value& at, duration age) {
  if (!at.is_string()) return false;
  std::string text(at.as_string());
  bool const instant = text.size() >= 19 && text[10] == 'T';
  std::chrono::sys_seconds when{};
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second) < 3)
    return false;
  std::chrono::year_month_day const date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok()) return false;
  when = std::chrono::sys_days(date);
  if (instant) when += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  when -= std::chrono::ceil<std::chrono::seconds>(age);
  at = instant ? fmt::format("{:%Y-%m-%dT%H:%M:%S}{}", when, text.substr(19)) : fmt::format("{:%Y-%m-%d}", when);
  return true;
}

/// Copies of the first `count` elements stand right behind them, or those elements are gone.
bool change_items(json::value& at, json_edit const& edit) {
  if (!at.is_array() || at.as_array().empty()) return false;
  auto& items = at.as_array();
  auto const count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(edit.items, items.size()));
  if (edit.change == what::drop_items) {
    items.erase(items.begin(), items.begin() + count);
    return true;
  }
  std::vector<json::value> const copies(items.begin(), items.begin() + count);
  items.insert(items.begin() + count, copies.begin(), copies.end());
  return true;
}

struct editor {
  json_edit const& edit;
  std::vector<std::string> const steps;
  json::value const replacement;

  bool at(json::value& here, std::size_t depth) const {
    if (depth == steps.size()) return change(here);
    auto const& step = steps[depth];
    if (here.is_array()) return in_array(here.as_array(), step, depth);
    if (!here.is_object()) return false;
    auto& object = here.as_object();
    auto* const member = object.if_contains(step);
    bool const last = depth + 1 == steps.size();
    if (last && edit.change == what::remove) return object.erase(step) > 0;
    return member && at(*member, depth + 1);
  }
  bool in_array(json::array& items, std::string const& step, std::size_t depth) const {
    bool const last = depth + 1 == steps.size();
    if (step == "-") {
      bool changed = false;
      if (last && edit.change == what::remove) return std::exchange(items, {}).size() > 0;
      for (auto& item : items) changed |= at(item, depth + 1);
      return changed;
    }
    auto const index = index_of(step, items);
    if (!index) return false;
    if (last && edit.change == what::remove) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(*index));
      return true;
    }
    return at(items[*index], depth + 1);
  }
  bool change(json::value& here) const {
    switch (edit.change) {
      case what::set:
      case what::loop: here = replacement; return true;
      case what::duplicate_items:
      case what::drop_items: return change_items(here, edit);
      case what::older: return make_older(here, edit.age);
      case what::remove: break;  // its parent does it
    }
    return false;
  }
};

}  // namespace

std::optional<std::string> edit_json(std::string_view body, std::span<json_edit const> edits,
                                     std::string_view own_url) {
  boost::system::error_code wrong;
  auto document = json::parse(json::string_view(body.data(), body.size()), wrong);
  if (wrong) return std::nullopt;
  bool changed = false;
  for (auto const& edit : edits) {
    auto replacement = edit.change == what::loop ? json::value(json::string_view(own_url.data(), own_url.size()))
                                                 : json::value(nullptr);
    if (edit.change == what::set) replacement = json::parse(edit.value);
    changed |= editor{edit, steps_of(edit.pointer), std::move(replacement)}.at(document, 0);
  }
  return changed ? std::optional(json::serialize(document)) : std::nullopt;
}

}  // namespace vendaval::faults
