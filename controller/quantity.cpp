#include "controller/quantity.hpp"

#include <fmt/format.h>

#include <cmath>

namespace vendaval::controller {

quantity share_of(std::uint64_t part, std::uint64_t all) {
  return {all == 0 ? 0 : static_cast<std::int64_t>(part * 100'000 / all), unit::millipercent};
}

quantity exactly(percent p) { return {std::llround(p.value * 1000), unit::millipercent}; }

quantity ratio_of(double ratio) { return {std::llround(ratio * 1000), unit::thousandths}; }

std::string for_people(quantity q) {
  double const thousandths = static_cast<double>(q.value) / 1000;
  switch (q.in) {
    case unit::milliseconds: return vendaval::for_people(std::chrono::milliseconds(q.value));
    case unit::millipercent: return fmt::format("{:.4g} %", thousandths);
    case unit::thousandths: return fmt::format("{:.3g} times", thousandths);
    case unit::count: break;
  }
  return fmt::format("{}", q.value);
}

std::string in_words(quantity q) {
  bool const before = q.in == unit::milliseconds && q.value < 0;
  return before ? for_people(quantity{-q.value, q.in}) + " before" : for_people(q);
}

}  // namespace vendaval::controller
