#include "proxy/dialects/json_items.hpp"

#include <vector>

#include "proxy/dialects/json_text.hpp"

namespace vendaval::dialects {
namespace {

/// Where the value begins of the member `name` of the object that is the whole text.
std::optional<std::size_t> find_member(std::string_view text, std::string_view name) {
  auto at = skip_blanks(text, 0);
  if (at >= text.size() || text[at] != '{') return std::nullopt;
  for (at = skip_blanks(text, at + 1); at < text.size() && text[at] == '"'; at = skip_blanks(text, at)) {
    auto const member = read_string(text, at);
    if (!member) return std::nullopt;
    at = skip_blanks(text, member->end);
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    at = skip_blanks(text, at + 1);
    if (member->value == name) return at;
    auto const end = skip_value(text, at);
    if (!end) return std::nullopt;
    at = skip_blanks(text, *end);
    if (at >= text.size() || text[at] != ',') return std::nullopt;
    at = skip_blanks(text, at + 1);
  }
  return std::nullopt;
}

/// The same, for a member that is an array.
std::optional<std::size_t> find_list(std::string_view text, std::string_view name) {
  auto const at = find_member(text, name);
  return at && *at < text.size() && text[*at] == '[' ? at : std::nullopt;
}

struct item {
  std::size_t begin, end;  // of its text, without the blanks around it
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
};

/// The elements of the array that begins at `at`; nothing when it does not end.
std::optional<std::vector<item>> items_of(std::string_view text, std::size_t at) {
  std::vector<item> result;
  at = skip_blanks(text, at + 1);
  if (at < text.size() && text[at] == ']') return result;
  while (at < text.size()) {
    auto const end = skip_value(text, at);
    if (!end) return std::nullopt;
    result.push_back({at, *end});
    at = skip_blanks(text, *end);
    if (at < text.size() && text[at] == ']') return result;
    if (at >= text.size() || text[at] != ',') return std::nullopt;
    at = skip_blanks(text, at + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> remove_items(std::string_view body, std::string_view list,
                                        std::function<bool(std::string_view)> const& out) {
  auto const begin = find_list(body, list);
  auto const items = begin ? items_of(body, *begin) : std::nullopt;
  if (!items || items->empty()) return std::nullopt;
  std::string result(body.substr(0, items->front().begin));
  bool kept_one = false, removed = false;
  for (std::size_t i = 0; i < items->size(); ++i) {
    auto const text = (*items)[i].of(body);
    if (out(text)) {
      removed = true;
      continue;
    }
    // What parts two elements goes with the second: the first that stays has nothing before it to be parted from.
    if (kept_one) result += body.substr((*items)[i - 1].end, (*items)[i].begin - (*items)[i - 1].end);
    result += text;
    kept_one = true;
  }
  if (!removed) return std::nullopt;
  return result += body.substr(items->back().end);
}

std::optional<std::string> set_members(std::string_view body, std::string_view list, std::string_view member,
                                       std::function<std::optional<std::string>(std::string_view)> const& value) {
  auto const begin = find_list(body, list);
  auto const items = begin ? items_of(body, *begin) : std::vector<item>{{0, body.size()}};
  if (!items) return std::nullopt;
  std::string result;
  std::size_t taken = 0;
  for (auto const& one : *items) {
    auto const at = find_member(one.of(body), member);
    auto const end = at ? skip_value(one.of(body), *at) : std::nullopt;
    auto const now = end ? value(one.of(body)) : std::nullopt;
    if (!now || *now == one.of(body).substr(*at, *end - *at)) continue;
    result += body.substr(taken, one.begin + *at - taken);
    result += *now;
    taken = one.begin + *end;
  }
  if (taken == 0) return std::nullopt;
  return result += body.substr(taken);
}

}  // namespace vendaval::dialects
