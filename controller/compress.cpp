#include "controller/compress.hpp"

#include <algorithm>
#include <array>
#include <type_traits>
#include <variant>

namespace vendaval::controller {
namespace {

void divide(std::optional<quantity>& limit, unsigned factor) {
  if (limit && limit->in == unit::milliseconds) limit->value /= factor;
}

/// Divides every time among a fault's fields, as far as its bounds allow.
void divide_delays(faults::fault& what, unsigned factor) {
  auto const divide_one = [factor]<class Value, class... Limits>(std::string_view, Value& value, faults::meaning,
                                                                 Limits const&... bounds) {
    if constexpr (std::is_same_v<Value, duration> && sizeof...(bounds) == 2) {
      auto const [least, most] = std::array<duration, 2>{bounds...};
      if (value > duration(0)) value = std::clamp(value / factor, least, most);
    }
  };
  std::visit([&]<class Kind>(Kind& kind) { Kind::fields(kind, divide_one); }, what);
}

}  // namespace

scenario compress(scenario s, unsigned factor) {
  if (factor <= 1) return s;
  s.settle /= factor;
  for (auto& p : s.phases) {
    p.from /= factor;
    p.length /= factor;
    for (auto& f : p.faults) {
      f.over_time = faults::compress(f.over_time, factor);
      if (s.delays == fault_delays::scaled) divide_delays(f.what, factor);
    }
  }
  for (auto& a : s.assertions) {
    divide(a.limits.at_least, factor);
    divide(a.limits.at_most, factor);
  }
  for (auto& stop : s.stops) stop.window = std::max<duration>(stop.window / factor, 1s);
  return s;
}

}  // namespace vendaval::controller
