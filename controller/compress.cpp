#include "controller/compress.hpp"

#include <algorithm>

namespace vendaval::controller {
namespace {

void divide(std::optional<quantity>& limit, unsigned factor) {
  if (limit && limit->in == unit::milliseconds) limit->value /= factor;
}

}  // namespace

scenario compress(scenario s, unsigned factor) {
  if (factor <= 1) return s;
  s.settle /= factor;
  for (auto& p : s.phases) {
    p.from /= factor;
    p.length /= factor;
    for (auto& f : p.faults)
      if (f.wave) f.wave = faults::square_wave{f.wave->on / factor, f.wave->off / factor};
  }
  for (auto& a : s.assertions) {
    divide(a.limits.at_least, factor);
    divide(a.limits.at_most, factor);
  }
  for (auto& stop : s.stops) stop.window = std::max<duration>(stop.window / factor, 1s);
  return s;
}

}  // namespace vendaval::controller
