#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace vendaval {

/// RFC 4648 §4, with padding.
std::string to_base64(std::string_view raw);
/// Nothing when it is none: a wrong character, a wrong length, bits left over.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace vendaval
