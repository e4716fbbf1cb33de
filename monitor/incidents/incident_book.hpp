#pragma once
/// At most one open incident per institution. The first rule that fires opens it, later ones raise it or are counted
/// as duplicates, and it resolves by itself once every rule of the bank has cleared.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/dice.hpp"
#include "base/institution.hpp"
#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

struct incident_settings {
  /// A bank that fails again this soon after its incident resolved has the same incident. It is told once; from then
  /// on the incident resolves only after it has been quiet for this long.
  duration flap_hold = 10min;
  unsigned first_number = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("flap_hold", self.flap_hold, 1s, 24h);
  }
};

/// What the book must know of a bank when one of its rules changes.
struct circumstances {
  std::string bank_name;   // "Itaú"
  tally counts;            // over the window of the rule
  std::optional<rule> of;  // the rule that changed
  std::string run;         // of the drill on this bank; empty when there is none
};

class incident_book {
 public:
  incident_book(incident_settings s, std::uint64_t seed) : settings_(s), dice_(seed), next_(s.first_number) {}

  std::vector<incident_change> fired(alert_change const& a, circumstances const& c);
  void cleared(alert_change const& a);
  void masked(std::string const& institution, bool all_masked);
  /// Resolves what has been quiet long enough.
  std::vector<incident_change> tick(time_point now);

  incident const* open_at(std::string_view institution) const;
  std::vector<incident> all() const;  // newest first
  incident const* find(std::string_view id) const;
  std::vector<std::string> told(std::string_view id) const;  // the channels that know of it

 private:
  struct entry {
    incident of;
    std::map<std::string, severity> told;  // channel → worst severity it knows
    std::optional<time_point> quiet_since;
  };
  entry& open(alert_change const& a, circumstances const& c);
  entry* latest(std::string_view institution);
  std::vector<std::string> tell(entry& e, rule const& r);

  incident_settings settings_;
  dice dice_;
  unsigned next_;
  std::vector<entry> entries_;  // oldest first
};

}  // namespace vendaval::monitor
