#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vendaval::monitor {

/// A header's value as RFC 2047 has it: as it stands when it is plain ASCII, else words of at most 75 characters that
/// never cut a character in two.
std::string encoded_words(std::string_view text);
/// "Mon, 19 Jan 2026 17:31:05 +0000" (RFC 5322 §3.3).
std::string mail_date(wall_time t);

}  // namespace vendaval::monitor
