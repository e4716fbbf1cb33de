#pragma once
#include <string>
#include <string_view>

namespace vendaval::sql {

/// In lower-case hexadecimal.
std::string sha256(std::string_view text);

}  // namespace vendaval::sql
