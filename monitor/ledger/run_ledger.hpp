#pragma once
/// Writes the ledger of one drill on one institution, from what happens.
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "monitor/alerts/rule_state.hpp"
#include "monitor/breaker/analysis.hpp"
#include "monitor/ledger/ledger.hpp"

namespace vendaval::monitor {

class run_ledger {
 public:
  /// `slow`: an answer that takes longer is bad too, whatever it says (a latency fault spoils nothing else).
  run_ledger(std::string institution, operation_set about, duration slow);

  void armed(std::uint64_t fault, time_point at);
  void lifted(std::uint64_t fault, time_point at);  // the last of them makes the mark; arming again takes it back
  void seen(exchange const& x);
  void seen(alert_change const& c);
  void written(time_point at);
  void accepted(time_point at);
  void resolved(time_point at);
  void breaker(breaker_finding const& f);

  ledger const& marks() const { return ledger_; }
  /// The first bad answer that this one fault caused.
  std::optional<time_point> first_bad(std::uint64_t fault) const;
  std::string const& institution() const { return institution_; }

 private:
  void earliest(mark m, time_point t);
  void set(mark m, std::optional<time_point> t) { ledger_.at[static_cast<std::size_t>(m)] = t; }
  bool bad(exchange const& x) const;

  std::string institution_;
  operation_set about_;
  duration slow_;
  ledger ledger_;
  std::set<std::uint64_t> faults_, active_;
  std::map<std::uint64_t, time_point> first_bad_;  // by fault
  std::set<std::string> firing_;
};

}  // namespace vendaval::monitor
