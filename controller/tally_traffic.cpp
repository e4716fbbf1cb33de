#include "controller/tally_traffic.hpp"

#include <algorithm>
#include <span>

#include "base/institution.hpp"
#include "monitor/traffic/sketch.hpp"

namespace vendaval::controller {
namespace {

constexpr milliseconds one_second{1000};

bool within(traffic_slot const& slot, stretch over) {
  auto const from = slot.at, to = slot.at + one_second;
  return over.whole_seconds ? from >= over.from && to <= over.to : to > over.from && from < over.to;
}

/// The traffic is in order of time: no need to look at all of it.
std::span<traffic_slot const> near(record const& r, stretch over) {
  auto const begin = std::ranges::lower_bound(r.traffic, over.from - one_second, {}, &traffic_slot::at);
  auto const end = std::ranges::lower_bound(r.traffic, over.to, {}, &traffic_slot::at);
  return {begin, std::max(begin, end)};
}

bool names_a_bank(std::string_view id) { return id != no_institution && id != unknown_institution; }

bool looks_at(gauge const& g, std::vector<std::string> const& targets, traffic_counts const& c) {
  if (!g.operations.empty() && std::ranges::find(g.operations, c.what) == g.operations.end()) return false;
  if (g.what == metric::unknown_share) return c.institution != no_institution;
  if (g.of == whose::all) return true;
  if (!names_a_bank(c.institution)) return false;
  bool const is_target = std::ranges::find(targets, c.institution) != targets.end();
  return is_target == (g.of == whose::target);
}

struct sums {
  std::uint64_t good = 0, bad = 0, all = 0, unknown = 0;
  monitor::sketch latency;
};

void add(sums& total, traffic_counts const& c, metric what) {
  total.good += c.good;
  total.bad += c.bad;
  total.all += c.all();
  if (c.institution == unknown_institution) total.unknown += c.all();
  if (what == metric::latency_p95) total.latency.merge(monitor::sketch::from_bins(c.latency));
}

gauge_reading reading_of(metric what, sums const& total) {
  switch (what) {
    case metric::success_rate: return {total.good + total.bad, share_of(total.good, total.good + total.bad)};
    case metric::unknown_share: return {total.all, share_of(total.unknown, total.all)};
    case metric::latency_p95: break;
  }
  auto const p95 = total.latency.quantile(0.95);
  return {total.latency.count(), p95 ? std::optional(time_of(*p95)) : std::nullopt};
}

}  // namespace

gauge_reading read(gauge const& g, scenario const& s, record const& r, stretch over) {
  sums total;
  auto const targets = s.targets();
  for (auto const& slot : near(r, over))
    if (within(slot, over) && looks_at(g, targets, slot.counts)) add(total, slot.counts, g.what);
  auto reading = reading_of(g.what, total);
  if (reading.samples < g.min_samples) reading.value.reset();
  return reading;
}

std::uint64_t calls(std::string_view institution, record const& r, stretch over) {
  std::uint64_t result = 0;
  for (auto const& slot : near(r, over))
    if (slot.counts.institution == institution && within(slot, over)) result += slot.counts.all();
  return result;
}

}  // namespace vendaval::controller
