#include "controller/observation.hpp"

namespace vendaval::controller {
namespace {

traffic_counts counts_of(std::string const& institution, operation what, monitor::totals const& totals) {
  auto const& c = totals.counts;
  traffic_counts result{institution, what, c.good, c.bad, c.neither, 0, {}, totals.latencies.bins()};
  for (std::size_t i = 0; i < monitor::outcome_count; ++i) {
    result.outcomes[i] = c.genuine[i] + c.injected[i];
    result.injected += c.injected[i];
  }
  return result;
}

}  // namespace

std::vector<observation::second> seconds_of(monitor::traffic const& traffic, time_point from, time_point to) {
  std::vector<observation::second> result;
  auto const institutions = traffic.seen();
  for (time_point t = std::chrono::floor<std::chrono::seconds>(from); t < to; t += 1s)
    for (auto const& institution : institutions)
      for (std::size_t i = 0; i < operation_names.size(); ++i) {
        operation const what{static_cast<std::uint8_t>(i)};
        auto counts = counts_of(institution, what,
                                traffic.window(institution, monitor::operation_set({&what, 1}), t, t + 1s));
        if (counts.all() > 0) result.push_back({t, std::move(counts)});
      }
  return result;
}

}  // namespace vendaval::controller
