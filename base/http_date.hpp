#pragma once
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace vendaval {

/// An instant as HTTP writes it, in any of its three forms: "Sun, 06 Nov 1994 08:49:37 GMT". Nothing when it is none.
std::optional<wall_time> read_http_date(std::string_view text);

}  // namespace vendaval
