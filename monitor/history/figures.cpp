#include "monitor/history/figures.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/base64.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

json::object by_name(std::array<std::uint64_t, outcome_count> const& counts) {
  json::object all;
  for (std::size_t i = 0; i != outcome_count; ++i)
    if (counts[i] != 0) all[outcome_names[i]] = counts[i];
  return all;
}

void read_counts(json::object const& from, std::string_view which, std::array<std::uint64_t, outcome_count>& to) {
  auto const* const found = from.if_contains(which);
  auto const* const all = found ? found->if_object() : nullptr;
  if (!all) return;
  for (std::size_t i = 0; i != outcome_count; ++i) {
    auto const* const count = all->if_contains(outcome_names[i]);
    boost::system::error_code not_a_count;
    auto const value = count ? count->to_number<std::uint64_t>(not_a_count) : 0;
    if (!not_a_count) to[i] = value;
  }
}

}  // namespace

bool is_platforms(outcome o) {
  return o == outcome::auth_platform || o == outcome::quota || o == outcome::throttled || o == outcome::contention;
}

void figures::add(exchange const& x) {
  bool const felt = x.counts == weight::neither && is_platforms(x.result);
  counts.good += x.counts == weight::good;
  counts.bad += x.counts == weight::bad;
  counts.neither += x.counts == weight::neither;
  counts.injected_bad += x.counts == weight::bad && x.injected;
  counts.platform += felt;
  counts.injected_platform += felt && x.injected;
  ++(x.injected ? injected : genuine)[static_cast<std::size_t>(x.result)];
  latencies.add(std::max(waited(x), duration(0)));
  callers.add(x.client, x.counts == weight::bad);
}

void figures::merge(figures const& other) {
  auto const& more = other.counts;
  counts.good += more.good;
  counts.bad += more.bad;
  counts.neither += more.neither;
  counts.injected_bad += more.injected_bad;
  counts.platform += more.platform;
  counts.injected_platform += more.injected_platform;
  counts.bank_bad += more.bank_bad;
  counts.probes_good += more.probes_good;
  counts.probes_bad += more.probes_bad;
  for (std::size_t i = 0; i != outcome_count; ++i) {
    genuine[i] += other.genuine[i];
    injected[i] += other.injected[i];
    probes[i] += other.probes[i];
  }
  latencies.merge(other.latencies);
  callers.merge(other.callers);
}

void write(figures const& from, sql::history_row& to) {
  to.counts = from.counts;
  json::object outcomes{{"genuine", by_name(from.genuine)}, {"injected", by_name(from.injected)}};
  if (auto probes = by_name(from.probes); !probes.empty()) outcomes["probes"] = std::move(probes);
  to.outcomes = json::serialize(outcomes);
  to.latencies = to_base64(from.latencies.to_bytes());
  to.clients = from.callers.to_json(to.grain == "minute" ? named_a_minute : named_in_sums);
}

figures read_figures(sql::history_row const& row) {
  figures result;
  result.counts = row.counts;
  boost::system::error_code not_json;
  auto const outcomes = json::parse(row.outcomes, not_json);
  if (auto const* const all = not_json ? nullptr : outcomes.if_object()) {
    read_counts(*all, "genuine", result.genuine);
    read_counts(*all, "injected", result.injected);
    read_counts(*all, "probes", result.probes);  // not in rows of earlier releases
  }
  if (auto const raw = from_base64(row.latencies))
    if (auto latencies = sketch::from_bytes(*raw)) result.latencies = std::move(*latencies);
  result.callers = clients::from_json(row.clients);
  return result;
}

}  // namespace vendaval::monitor
