#include "controller/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vendaval::controller {
namespace {

std::uint64_t requests_in(monitor::tally const& counts) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < monitor::outcome_count; ++i) all += counts.genuine[i] + counts.injected[i];
  return all;
}

std::uint64_t requests_of(monitor::traffic const& seen, std::string_view institution, monitor::operation_set what,
                          time_point now) {
  return requests_in(seen.counts(institution, what, now - dry_run_window, now));
}

/// How much of its time it blows.
double share_of_time(faults::course const& course) {
  if (auto const* wave = std::get_if<faults::square_wave>(&course)) {
    auto const on = static_cast<double>(wave->on.count());
    return on / (on + static_cast<double>(wave->off.count()));
  }
  if (auto const* slope = std::get_if<faults::ramp>(&course)) return std::max(slope->from.share(), slope->to.share());
  if (auto const* b = std::get_if<faults::bursts>(&course))
    return b->enter.share() / (b->enter.share() + b->leave.share());
  if (auto const* nth = std::get_if<faults::every>(&course)) return 1.0 / nth->nth;
  return 1;
}

bool narrower_than_known(faults::fault_template const& f) {
  auto const& w = f.where;
  bool const matcher = !w.methods.empty() || !w.paths.empty() || !w.clients.empty() || !w.headers.empty();
  bool const counted =
      std::holds_alternative<faults::first>(f.over_time) || std::holds_alternative<faults::ramp>(f.over_time);
  return matcher || counted || w.per_second != 0 || faults::remembers(f.what);
}

forecast look_at(faults::fault_template const& f, monitor::traffic const& seen, time_point now) {
  forecast result{
      f.label, std::string(faults::kind_of(f.what)), faults::describe(f.where), 0, 0, narrower_than_known(f)};
  monitor::operation_set const operations(f.where.operations);
  if (faults::in_lists(f.what)) {
    result.in_reach = requests_of(seen, no_institution, operations, now);
    result.at_most = true;  // of the traffic of no bank, only lists of banks
  } else if (faults::about_webhooks(f.what)) {
    result.at_most = false;  // requests are what was watched
  } else if (faults::about_handshakes(f.what)) {
    for (auto const& bank : seen.seen()) result.in_reach += requests_of(seen, bank, operations, now);
    result.at_most = true;  // as if each request had had a connection of its own, to one of the names
  } else {
    for (auto const& bank : f.where.institutions) result.in_reach += requests_of(seen, bank, operations, now);
  }
  result.touched = static_cast<double>(result.in_reach) * f.where.probability.share() * share_of_time(f.over_time);
  return result;
}

}  // namespace

dry_run try_dry(scenario const& s, monitor::traffic const& seen, time_point now) {
  dry_run result{dry_run_window, 0, {}};
  for (auto const& bank : seen.seen()) result.requests += requests_of(seen, bank, {}, now);
  for (auto const& phase : s.phases)
    for (auto const& fault : phase.faults) result.faults.push_back(look_at(fault, seen, now));
  return result;
}

std::string show(dry_run const& r, scenario const& s) {
  auto text = fmt::format("{} on {}, against the last {} of traffic: {} requests\n\n", s.name, s.target,
                          vendaval::for_people(r.looked_at), r.requests);
  for (auto const& f : r.faults)
    text += fmt::format("  {:<28} {:<10} {:>6} in reach, {} {:.0f} touched   ({})\n", f.label, f.kind, f.in_reach,
                        f.at_most ? "at most" : "about", f.touched, f.scope);
  bool const idle = std::ranges::all_of(r.faults, [](auto const& f) { return f.in_reach == 0; });
  if (idle)
    text += "\n  No fault would have touched anything: is the app running, and are these its banks and operations?\n";
  return text + "\nNothing was armed.\n";
}

}  // namespace vendaval::controller
