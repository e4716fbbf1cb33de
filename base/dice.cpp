#include "base/dice.hpp"

#include <fmt/format.h>

namespace vendaval {

std::string hex32(dice& d) { return fmt::format("{:016x}{:016x}", d.bits(), d.bits()); }

std::string uuid(dice& d) {
  auto const high = (d.bits() & ~0xf000ull) | 0x4000ull;
  auto const low = (d.bits() & ~(0xc0ull << 56)) | (0x80ull << 56);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff, low >> 48,
                     low & 0xffffffffffffull);
}

}  // namespace vendaval
