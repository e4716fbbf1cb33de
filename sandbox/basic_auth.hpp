#pragma once
#include <string>
#include <string_view>

namespace vendaval::sandbox {

/// "Basic ZGVtbzpkZW1v", the value of an Authorization header.
std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace vendaval::sandbox
