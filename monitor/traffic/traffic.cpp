#include "monitor/traffic/traffic.hpp"

#include <algorithm>

namespace vendaval::monitor {

traffic::traffic(duration slot, duration keep) : slot_(std::max(slot, duration(1ms))), keep_(std::max(keep, slot_)) {}

std::int64_t traffic::index_of(time_point t) const {
  auto const ns = t.time_since_epoch().count(), width = slot_.count();
  return ns / width - (ns % width < 0);
}

/// The slot of that index, made if need be; null when it is older than what is kept.
traffic::slot_of_time* traffic::place(series& s, std::int64_t index) {
  auto& slots = s.slots;
  auto const kept = keep_ / slot_;
  if (!slots.empty() && index <= slots.back().index - kept) return nullptr;
  auto at = std::ranges::lower_bound(slots, index, {}, &slot_of_time::index);
  if (at == slots.end() || at->index != index) {
    at = slots.insert(at, slot_of_time{});
    at->index = index;
  }
  auto& found = *at;
  while (slots.front().index <= slots.back().index - kept) slots.pop_front();  // never the one just found
  return &found;
}

void traffic::observe(exchange const& x) {
  flights_.erase(x.request);
  auto& s = banks_[x.institution][static_cast<std::size_t>(x.what)];
  auto const took = std::max(waited(x), duration(0));
  auto& life = s.life;
  ++(x.injected ? life.injected : life.genuine)[static_cast<std::size_t>(x.result)];
  auto const seconds = std::chrono::duration<double>(took).count();
  auto const bucket = std::ranges::lower_bound(latency_bounds, seconds) - latency_bounds.begin();
  ++life.buckets[static_cast<std::size_t>(bucket)];
  life.seconds += seconds;
  ++life.count;

  auto* slot = place(s, index_of(x.ended));
  if (!slot) return;
  slot->counts.add(x);
  slot->latencies.add(took);
  if (x.counts == weight::bad) {
    slot->first_bad = std::min(slot->first_bad.value_or(x.ended), x.ended);
    slot->last_bad = std::max(slot->last_bad.value_or(x.ended), x.ended);
  } else if (x.counts == weight::good) {
    slot->last_good = std::max(slot->last_good.value_or(x.ended), x.ended);
  }
}

void traffic::see(std::vector<flight> const& flights) {
  flights_.clear();
  for (auto const& f : flights) {
    banks_.try_emplace(f.institution);
    flights_.emplace(f.request, f);
  }
}

template <class Take>
void traffic::each(std::string_view institution, operation_set what, time_point from, time_point to,
                   Take&& take) const {
  auto const bank = banks_.find(institution);
  if (bank == banks_.end() || to <= from) return;
  auto const first = index_of(from), last = index_of(to - duration(1));
  for (std::size_t o = 0; o != operation_count; ++o) {
    if (!what.has(static_cast<operation>(o))) continue;
    auto const& slots = bank->second[o].slots;
    for (auto s = std::ranges::lower_bound(slots, first, {}, &slot_of_time::index);
         s != slots.end() && s->index <= last; ++s)
      take(*s);
  }
}

tally traffic::counts(std::string_view institution, operation_set what, time_point from, time_point to) const {
  tally sum;
  each(institution, what, from, to, [&](slot_of_time const& s) { sum.merge(s.counts); });
  return sum;
}

sketch traffic::latencies(std::string_view institution, operation_set what, time_point from, time_point to) const {
  sketch sum;
  each(institution, what, from, to, [&](slot_of_time const& s) { sum.merge(s.latencies); });
  return sum;
}

std::vector<duration> traffic::ages(std::string_view institution, operation_set what, time_point now) const {
  std::vector<duration> all;
  for (auto const& [request, f] : flights_)
    if (!f.tunnel && f.institution == institution && what.has(f.what) && f.arrived <= now)
      all.push_back(now - f.arrived);
  return all;
}

under_way traffic::flying(std::string_view institution, operation_set what, time_point now) const {
  auto const all = ages(institution, what, now);
  auto const tunnels = std::ranges::count_if(flights_, [&](auto const& entry) {
    return entry.second.tunnel && entry.second.institution == institution && what.has(entry.second.what);
  });
  return {all.size() + static_cast<std::size_t>(tunnels), all.empty() ? duration(0) : std::ranges::max(all)};
}

totals traffic::window(std::string_view institution, operation_set what, time_point from, time_point to) const {
  return {counts(institution, what, from, to), latencies(institution, what, from, to), flying(institution, what, to)};
}

std::optional<time_point> traffic::first_bad(std::string_view institution, operation_set what, time_point from,
                                             time_point to) const {
  std::optional<time_point> first;
  each(institution, what, from, to, [&](slot_of_time const& s) {
    if (s.first_bad && (!first || *s.first_bad < *first)) first = s.first_bad;
  });
  return first;
}

std::optional<bad_streak> traffic::streak(std::string_view institution, operation_set what) const {
  auto const longest = time_point::max() - duration(1);
  std::optional<time_point> good;
  each(institution, what, time_point::min(), longest, [&](slot_of_time const& s) {
    if (s.last_good && (!good || *s.last_good > *good)) good = s.last_good;
  });
  std::optional<bad_streak> found;
  each(institution, what, time_point::min(), longest, [&](slot_of_time const& s) {
    if (!s.last_bad || (good && *s.last_bad <= *good)) return;
    // Good and bad within one slot: only its last bad answer is known to be later.
    bool const all_later = !good || *s.first_bad > *good;
    auto const since = all_later ? *s.first_bad : *s.last_bad;
    if (!found) found = bad_streak{since, 0};
    found->since = std::min(found->since, since);
    found->bad += all_later ? s.counts.bad : 1;
  });
  return found;
}

std::vector<std::string> traffic::seen() const {
  std::vector<std::string> names;
  for (auto const& [name, bank] : banks_) names.push_back(name);
  return names;
}

std::vector<series_lifetime> traffic::since_start() const {
  std::vector<series_lifetime> all;
  for (auto const& [name, bank] : banks_)
    for (std::size_t o = 0; o != operation_count; ++o)
      if (bank[o].life.count != 0) all.push_back({name, static_cast<operation>(o), bank[o].life});
  return all;
}

}  // namespace vendaval::monitor
