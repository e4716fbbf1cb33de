#pragma once
/// Finding things in JSON text without taking it apart, so that every byte that is not meant stays as it was.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vendaval::dialects {

/// A string in JSON text, and what it says. `origin_of[i]` is where character i of `value` begins in the text; one more
/// entry marks the closing quote.
struct json_string {
  std::string value;
  std::vector<std::size_t> origin_of;
  std::size_t end = 0;  // just behind the closing quote
};

/// Reads the string whose opening quote stands at `at`; nothing when it does not end.
std::optional<json_string> read_string(std::string_view text, std::size_t at);
/// Just behind the string whose opening quote stands at `at`, without keeping what it says; nothing when it does not
/// end.
std::optional<std::size_t> skip_string(std::string_view text, std::size_t at);
/// Where the next character stands that is not blank.
std::size_t skip_blanks(std::string_view text, std::size_t at);
/// Just behind the value that begins at `at`, as far as nesting and strings go; nothing when it does not end.
std::optional<std::size_t> skip_value(std::string_view text, std::size_t at);

}  // namespace vendaval::dialects
