#include "sandbox/bank/call.hpp"

#include <charconv>

namespace vendaval::sandbox {
namespace {

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  auto const number = [&](std::size_t from, std::size_t size) {
    int value = -1;
    auto const* end = text.data() + from + size;
    auto const [stopped, error] = std::from_chars(text.data() + from, end, value);
    return error == std::errc{} && stopped == end ? value : -1;
  };
  int const year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return false;
  using namespace std::chrono;
  return year_month_day(std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day)))
      .ok();
}

}  // namespace

bank::call::call(http_request const& r, time_point t, dice& dice_of_call) : request(r), now(t), d(dice_of_call) {
  std::string_view rest = r.path();
  std::vector<std::string> parts;
  known_path = rest.starts_with('/') && rest.ends_with('/');
  if (known_path) rest.remove_prefix(1);
  while (known_path && !rest.empty()) {
    auto const slash = rest.find('/');
    parts.emplace_back(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
  }
  known_path = known_path && !parts.empty() && parts.size() <= 3 && (parts[0] == "api" || parts[0] == "sandbox");
  if (!known_path) return;
  parts.resize(3);
  area = parts[0], resource = parts[1], id = parts[2];
}

operation bank::call::what() const {
  if (resource == "token") return operation::token;
  if (area != "api" || resource.empty() || resource == "institutions") return operation::meta;
  if (is("GET") || is("HEAD")) return operation::read;
  return resource == "links" ? operation::link : operation::retrieve;
}

request_body::request_body(std::string const& text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) return;
  object_ = std::move(value.as_object());
  parsed_ = true;
}

std::string request_body::required(std::string const& key) {
  auto const* value = object_.if_contains(key);
  if (!value) return wrong.push_back(errors::required(key)), "";
  if (value->is_null()) return wrong.push_back(errors::null(key)), "";
  if (!value->is_string()) return wrong.push_back(errors::invalid(key, "Not a valid string.")), "";
  return std::string(value->as_string());
}

std::string request_body::optional(std::string const& key, std::string otherwise) {
  auto const* value = object_.if_contains(key);
  if (!value || value->is_null()) return otherwise;
  return required(key);
}

std::string request_body::checked_date(std::string const& key, std::string value) {
  if (value.empty() || is_date(value)) return value;
  wrong.push_back(errors::invalid(key, "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."));
  return {};
}

std::string request_body::required_date(std::string const& key) { return checked_date(key, required(key)); }

std::string request_body::optional_date(std::string const& key, std::string otherwise) {
  return checked_date(key, optional(key, std::move(otherwise)));
}

bool request_body::flag(std::string const& key, bool otherwise) const {
  auto const* value = object_.if_contains(key);
  return value && value->is_bool() ? value->as_bool() : otherwise;
}

}  // namespace vendaval::sandbox
