#pragma once
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace vendaval {

/// Random numbers keyed by what is being decided, not by who asked first: the same keys give the same draws on any
/// thread, in any order. Built on splitmix64, so the draws are the same on every machine and library.
class dice {
 public:
  template <class... Keys>
  explicit dice(std::uint64_t seed, Keys... keys) : state_(mix(seed)) {
    ((state_ = mix(state_ ^ static_cast<std::uint64_t>(keys))), ...);
  }

  std::uint64_t bits() { return mix(state_ += golden); }
  double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)
  bool chance(double probability) { return unit() < probability; }
  std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : bits() % limit; }
  duration upto(duration limit) {
    return duration(static_cast<duration::rep>(unit() * static_cast<double>(limit.count())));
  }
  /// Standard normal, by Box and Muller.
  double normal() {
    double const radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
    return radius * std::cos(2.0 * std::numbers::pi * unit());
  }

  static constexpr std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  /// FNV-1a: turns a name into a key.
  static constexpr std::uint64_t key(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (char const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return hash;
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
  std::uint64_t state_;
};

/// 32 lower-case hexadecimal digits, as Belvo writes a request_id.
std::string hex32(dice& d);
/// A version 4 UUID from the dice it is given.
std::string uuid(dice& d);

}  // namespace vendaval
