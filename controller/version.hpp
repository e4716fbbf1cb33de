#pragma once
#include <string_view>

namespace vendaval::controller {

inline constexpr std::string_view version = "0.1.0";

}  // namespace vendaval::controller
