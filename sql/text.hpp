#pragma once
/// Values as the text in which they travel to and from the database.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vendaval::sql {

/// Reads what either database writes: "2026-01-19T17:31:05.120Z", "2026-01-19 17:31:05.12+00". Throws on anything else.
wall_time parse_time(std::string_view text);

/// Throws when it is not a whole number.
std::int64_t parse_integer(std::string_view text);

/// Throws when it is not a number.
double parse_number(std::string_view text);

/// Valid UTF-8 without zero bytes: what is not becomes U+FFFD. One odd byte in an error message of somebody else must
/// not cost the record that quotes it.
std::string clean(std::string_view text);

}  // namespace vendaval::sql
