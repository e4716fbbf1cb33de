#pragma once
#include <cstdint>
#include <string_view>

#include "base/dice.hpp"

namespace vendaval {

/// A client instance as far as a proxy can tell one from another: the number that stands for it in every exchange.
inline std::uint64_t client_of(std::string_view peer, std::string_view user_agent) {
  return dice::mix(dice::key(peer) ^ dice::key(user_agent));
}

}  // namespace vendaval
