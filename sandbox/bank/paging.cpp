#include "sandbox/bank/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

bool is_one_of(std::string_view value, std::string_view comma_separated) {
  while (!comma_separated.empty()) {
    auto const one = comma_separated.substr(0, comma_separated.find(','));
    if (one == value) return true;
    comma_separated.remove_prefix(std::min(comma_separated.size(), one.size() + 1));
  }
  return false;
}

std::optional<std::size_t> positive(std::optional<std::string> const& text, std::size_t otherwise) {
  if (!text) return otherwise;
  std::size_t value = 0;
  auto const [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value == 0) return std::nullopt;
  return value;
}

/// The request's own target with another page; page 1 is written without the parameter, as Belvo's framework does.
json::value url_of_page(http_request const& request, std::string const& origin, std::size_t page) {
  std::string result = origin + std::string(request.path());
  char separator = '?';
  auto const mark = request.target.find('?');
  std::string_view rest =
      mark == std::string::npos ? std::string_view{} : std::string_view(request.target).substr(mark + 1);
  while (!rest.empty()) {
    auto const pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty() || pair.substr(0, pair.find('=')) == "page") continue;
    result += separator;
    result += pair;
    separator = '&';
  }
  if (page > 1) result += fmt::format("{}page={}", separator, page);
  return json::value(result);
}

}  // namespace

list_filter::wish::wish(http_request const& request, std::string const& key)
    : is(request.query(key)), is_in(request.query(key + "__in")) {}

bool list_filter::wish::matches(std::string_view value) const {
  return (!is || *is == value) && (!is_in || is_one_of(value, *is_in));
}

list_filter::list_filter(http_request const& request)
    : link_(request, "link"), institution_(request, "institution"), account_(request, "account"), id_(request, "id") {}

bool list_filter::passes(row const& r) const {
  auto const& account = r.account.empty() ? r.id : r.account;  // an account's own id is its account
  return link_.matches(r.link) && institution_.matches(r.institution) && account_.matches(account) && id_.matches(r.id);
}

std::optional<std::string> page_of(std::vector<json::object const*> const& all, http_request const& request,
                                   std::string const& origin, unsigned page_size) {
  auto const size = std::min<std::size_t>(positive(request.query("page_size"), page_size).value_or(page_size), 1000);
  auto const page = positive(request.query("page"), 1);
  if (!page || *page > all.size() / size + 1) return std::nullopt;  // also keeps the products below from overflowing
  auto const first = (*page - 1) * size;
  if (*page > 1 && first >= all.size()) return std::nullopt;
  auto const last = std::min(first + size, all.size());
  auto const next = last < all.size() ? url_of_page(request, origin, *page + 1) : json::value(nullptr);
  auto const previous = *page > 1 ? url_of_page(request, origin, *page - 1) : json::value(nullptr);
  // Written piece by piece: putting the rows into one JSON value first would copy them all.
  auto text = fmt::format("{{\"count\":{},\"next\":{},\"previous\":{},\"results\":[", all.size(), json::serialize(next),
                          json::serialize(previous));
  for (auto i = first; i < last; ++i) {
    if (i > first) text += ',';
    text += json::serialize(*all[i]);
  }
  return text + "]}";
}

}  // namespace vendaval::sandbox
