#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace vendaval::dialects {

/// An origin-form request target in its two halves.
struct split_target {
  std::string_view path, query;  // query without "?"
};
split_target split(std::string_view target);

/// "%20" and, in a query, "+"; a broken escape stays as it is written.
std::string percent_decode(std::string_view text);

/// Every key=value of a query, decoded, in order.
void each_parameter(std::string_view query, std::function<void(std::string const& key, std::string const& value)> take);

/// Takes the first part between slashes that is not empty off the front; empty when there is none left.
std::string_view next_segment(std::string_view& path);
/// All of them.
std::vector<std::string_view> segments(std::string_view path);

/// 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

/// ASCII, without regard to case.
bool same_word(std::string_view a, std::string_view b);
bool contains_word(std::string_view text, std::string_view word);

}  // namespace vendaval::dialects
