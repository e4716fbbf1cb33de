#include "monitor/ledger/run_ledger.hpp"

#include <algorithm>

namespace vendaval::monitor {

run_ledger::run_ledger(std::string institution, operation_set about, duration slow)
    : institution_(std::move(institution)), about_(about), slow_(slow) {}

/// Data threads report a little out of order, so the first to be told of need not be the first that happened.
void run_ledger::earliest(mark m, time_point t) {
  auto const known = ledger_[m];
  if (!known || t < *known) set(m, t);
}

void run_ledger::armed(std::uint64_t fault, time_point at) {
  faults_.insert(fault);
  active_.insert(fault);
  ledger_.note(mark::armed, at);
  set(mark::lifted, std::nullopt);
  set(mark::first_good, std::nullopt);
}

void run_ledger::lifted(std::uint64_t fault, time_point at) {
  if (active_.erase(fault) != 0 && active_.empty()) set(mark::lifted, at);
}

bool run_ledger::bad(exchange const& x) const {
  return x.counts == weight::bad || x.result == outcome::client_gone || waited(x) > slow_;
}

void run_ledger::seen(exchange const& x) {
  if (x.institution != institution_) return;
  bool const spoiled = bad(x);
  for (auto const id : x.touched_by) {
    if (!faults_.contains(id)) continue;
    earliest(mark::first_touched, x.arrived);
    if (!spoiled) continue;
    earliest(mark::first_bad, x.ended);
    auto& first = first_bad_.try_emplace(id, x.ended).first->second;
    first = std::min(first, x.ended);
  }
  auto const lifted_at = ledger_[mark::lifted];
  if (lifted_at && x.ended >= *lifted_at && about_.has(x.what) && x.counts == weight::good && !spoiled)
    earliest(mark::first_good, x.ended);
}

void run_ledger::seen(alert_change const& c) {
  if (c.now.institution != institution_ || !ledger_[mark::armed]) return;
  using kind = alert_change::kind;
  if (c.what == kind::pending || c.what == kind::fired) ledger_.note(mark::rule_pending, c.at);
  if (c.what == kind::fired) {
    ledger_.note(mark::firing, c.at);
    firing_.insert(c.now.rule);
    set(mark::alert_cleared, std::nullopt);
    set(mark::incident_resolved, std::nullopt);
  } else if (c.what == kind::cleared && firing_.erase(c.now.rule) != 0 && firing_.empty()) {
    set(mark::alert_cleared, c.at);
  }
}

void run_ledger::written(time_point at) { ledger_.note(mark::written, at); }
void run_ledger::accepted(time_point at) { ledger_.note(mark::accepted, at); }
void run_ledger::resolved(time_point at) {
  if (ledger_[mark::armed]) set(mark::incident_resolved, at);
}

std::optional<time_point> run_ledger::first_bad(std::uint64_t fault) const {
  auto const found = first_bad_.find(fault);
  return found == first_bad_.end() ? std::nullopt : std::optional(found->second);
}

/// Without a breaker the app never stopped calling, so its rate is back as soon as the answers are good again.
void run_ledger::breaker(breaker_finding const& f) {
  set(mark::breaker_opened, f.opened_at);
  set(mark::breaker_closed, f.closed_at);
  set(mark::rate_recovered, f.opened_at ? f.rate_recovered_at : ledger_[mark::first_good]);
}

}  // namespace vendaval::monitor
