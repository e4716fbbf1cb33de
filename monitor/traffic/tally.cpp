#include "monitor/traffic/tally.hpp"

#include <algorithm>

namespace vendaval::monitor {

void tally::add(exchange const& x) {
  good += x.counts == weight::good;
  bad += x.counts == weight::bad;
  neither += x.counts == weight::neither;
  injected_bad += x.injected && x.counts == weight::bad;
  ++(x.injected ? injected : genuine)[static_cast<std::size_t>(x.result)];
}

void tally::merge(tally const& other) {
  good += other.good;
  bad += other.bad;
  neither += other.neither;
  injected_bad += other.injected_bad;
  for (std::size_t i = 0; i != outcome_count; ++i) {
    genuine[i] += other.genuine[i];
    injected[i] += other.injected[i];
  }
}

std::optional<percent> tally::success() const {
  if (judged() == 0) return std::nullopt;
  return percent::of(good, judged());
}

std::optional<percent> tally::errors() const {
  if (judged() == 0) return std::nullopt;
  return percent::of(bad, judged());
}

std::optional<percent> tally::attributable_success() const {
  if (good + genuine_bad() == 0) return std::nullopt;
  return percent::of(good, good + genuine_bad());
}

std::optional<outcome> tally::main_trouble() const {
  std::optional<outcome> worst;
  for (std::size_t i = 1; i != outcome_count; ++i) {  // 0 is ok
    auto const o = static_cast<outcome>(i);
    if (of(o) > (worst ? of(*worst) : 0)) worst = o;
  }
  return worst;
}

}  // namespace vendaval::monitor
