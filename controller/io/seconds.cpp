#include "controller/io/seconds.hpp"

#include "base/institution.hpp"

namespace vendaval::controller {
namespace {

std::int64_t second_of(time_point t) { return std::chrono::floor<std::chrono::seconds>(t.time_since_epoch()).count(); }

void count(traffic_counts& counts, exchange const& x) {
  switch (x.counts) {
    case weight::good: ++counts.good; break;
    case weight::bad: ++counts.bad; break;
    case weight::neither: ++counts.neither; break;
  }
  if (x.injected) ++counts.injected;
  ++counts.outcomes[static_cast<std::size_t>(x.result)];
}

bool a_bank(std::string const& institution) {
  return institution != no_institution && institution != unknown_institution;
}

}  // namespace

void seconds::add(exchange const& x) {
  auto const second = second_of(x.ended);
  key const where{x.institution, x.what};
  auto& cell = slots_[second][where];
  cell.counts.institution = x.institution;
  cell.counts.what = x.what;
  count(cell.counts, x);
  cell.latencies.add(x.ended - x.arrived);
  changed_.emplace(second, where);
  ++calls_[x.institution];
}

std::vector<observation::second> seconds::take_changed() {
  std::vector<observation::second> result;
  for (auto const& [second, where] : changed_) {
    auto const& cell = slots_[second][where];
    auto counts = cell.counts;
    for (auto const& bin : cell.latencies.bins()) counts.latency.emplace_back(bin.index, bin.count);
    result.push_back({time_point(std::chrono::seconds(second)), std::move(counts)});
  }
  changed_.clear();
  return result;
}

template <class Chosen>
recent seconds::sum(time_point now, duration window, Chosen&& chosen) const {
  recent result;
  monitor::sketch latencies;
  for (auto slot = slots_.lower_bound(second_of(now - window)); slot != slots_.end(); ++slot)
    for (auto const& [where, cell] : slot->second) {
      if (!chosen(where.first)) continue;
      result.good += cell.counts.good;
      result.bad += cell.counts.bad;
      latencies.merge(cell.latencies);
    }
  result.p95 = latencies.quantile(0.95);
  return result;
}

recent seconds::of(std::string const& institution, time_point now, duration window) const {
  return sum(now, window, [&](std::string const& id) { return id == institution; });
}

recent seconds::of_others(std::string const& institution, time_point now, duration window) const {
  return sum(now, window, [&](std::string const& id) { return id != institution && a_bank(id); });
}

std::uint64_t seconds::calls(std::string const& institution) const {
  auto const found = calls_.find(institution);
  return found == calls_.end() ? 0 : found->second;
}

}  // namespace vendaval::controller
