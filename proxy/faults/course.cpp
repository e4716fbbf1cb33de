#include "proxy/faults/course.hpp"

#include <algorithm>

namespace vendaval::faults {
namespace {

/// One draw settles the state where it would be the same after a good and after a bad request; otherwise the request
/// before decides. That is the chain itself, read backwards, and needs no memory.
bool in_burst(bursts const& b, std::uint64_t n, std::uint64_t seed) {
  double const enter = b.enter.share(), leave = b.leave.share();
  bool flipped = false;
  for (auto at = n;; --at) {
    double const u = dice(seed, at).unit();
    bool const turns_bad = u < enter, turns_good = u >= 1 - leave;
    if (turns_bad != turns_good) return turns_bad != flipped;
    flipped = flipped != turns_bad;  // both: whatever it was, it is the other now
    if (at == 0) return flipped;     // it all began well
  }
}

}  // namespace

double strength(course const& c, duration since_armed) {
  if (auto const* wave = std::get_if<square_wave>(&c)) {
    auto const round = wave->on + wave->off;
    return round <= 0ns || since_armed % round < wave->on ? 1 : 0;
  }
  if (auto const* slope = std::get_if<ramp>(&c)) {
    double const way =
        slope->over <= 0ns
            ? 1
            : std::clamp(static_cast<double>(since_armed.count()) / static_cast<double>(slope->over.count()), 0.0, 1.0);
    return slope->from.share() + way * (slope->to.share() - slope->from.share());
  }
  return 1;
}

bool counts_requests(course const& c) {
  return std::holds_alternative<bursts>(c) || std::holds_alternative<first>(c) || std::holds_alternative<every>(c);
}

bool on_for(course const& c, std::uint64_t n, std::uint64_t seed) {
  if (auto const* b = std::get_if<bursts>(&c)) return in_burst(*b, n, seed);
  if (auto const* f = std::get_if<first>(&c)) return n < f->requests;
  if (auto const* e = std::get_if<every>(&c)) return e->nth > 0 && (n + 1) % e->nth == 0;
  return true;
}

course compress(course c, double factor) {
  auto const faster = [factor](duration d) {
    return duration(static_cast<duration::rep>(static_cast<double>(d.count()) / factor));
  };
  if (auto* wave = std::get_if<square_wave>(&c)) *wave = {faster(wave->on), faster(wave->off)};
  if (auto* slope = std::get_if<ramp>(&c)) slope->over = faster(slope->over);
  return c;
}

}  // namespace vendaval::faults
