#include "sql/uuid.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace vendaval::sql {

std::string uuid_from(std::uint64_t high, std::uint64_t low) {
  high = (high & 0xffff'ffff'ffff'0fffU) | 0x4000U;               // version 4
  low = (low & 0x3fff'ffff'ffff'ffffU) | 0x8000'0000'0000'0000U;  // variant 1
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU, high & 0xffffU,
                     low >> 48U, low & 0xffff'ffff'ffffU);
}

std::string new_uuid() {
  std::array<std::uint64_t, 2> bits{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bits.data()), sizeof bits) != 1)
    throw std::runtime_error("the system gives no randomness");
  return uuid_from(bits[0], bits[1]);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool const hex = std::string_view("0123456789abcdefABCDEF").find(text[i]) != std::string_view::npos;
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

}  // namespace vendaval::sql
