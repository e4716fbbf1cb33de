#include "sandbox/basic_auth.hpp"

#include <cstdint>

namespace vendaval::sandbox {
namespace {

std::string base64(std::string_view text) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    auto const at = [&](std::size_t k) -> std::uint32_t {
      return k < text.size() ? static_cast<unsigned char>(text[k]) : 0u;
    };
    std::uint32_t const three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    result += digits[three >> 18 & 63];
    result += digits[three >> 12 & 63];
    result += i + 1 < text.size() ? digits[three >> 6 & 63] : '=';
    result += i + 2 < text.size() ? digits[three & 63] : '=';
  }
  return result;
}

}  // namespace

std::string basic_authorization(std::string_view user, std::string_view password) {
  return "Basic " + base64(std::string(user) + ":" + std::string(password));
}

}  // namespace vendaval::sandbox
