#include "base/base64.hpp"

#include <cstdint>

namespace vendaval {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view raw) {
  std::string text;
  text.reserve((raw.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < raw.size(); i += 3) {
    auto const byte = [&](std::size_t at) {
      return at < raw.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(raw[at])) : 0u;
    };
    auto const bits = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (unsigned k = 0; k != 4; ++k) text += i + k <= raw.size() ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  auto const padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
  std::string raw;
  raw.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    auto const missing = i + 4 == text.size() ? padding : 0u;
    std::uint32_t bits = 0;
    for (unsigned k = 0; k != 4; ++k) {
      auto const value = k < 4 - missing ? alphabet.find(text[i + k]) : 0;
      if (value == std::string_view::npos) return std::nullopt;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    if ((bits & ((1u << 8 * missing) - 1)) != 0) return std::nullopt;
    for (unsigned k = 0; k != 3 - missing; ++k) raw += static_cast<char>(bits >> (16 - 8 * k) & 255);
  }
  return raw;
}

}  // namespace vendaval
