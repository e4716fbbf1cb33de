#pragma once
/// At most one open incident per institution. What sees trouble first opens it: a rule that fires, or the detector,
/// which tells nobody. Rules raise it or are counted as duplicates, and it resolves by itself once every rule of the
/// bank has cleared. People acknowledge it, note what they know, and close it with words about what it was.
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/dice.hpp"
#include "base/institution.hpp"
#include "monitor/incidents/incident.hpp"

namespace vendaval::monitor {

struct incident_settings {
  /// A bank that fails again this soon after its incident resolved has the same incident, unless one of the two is a
  /// game day's. From then on it resolves only after it has been quiet for this long.
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
  unsigned affected = 0;   // users of this bank, as far as is known
  std::string withheld{};  // why nobody may be told now ("silêncio de ana até …"); empty: tell
};

/// Trouble that the detector is sure of, and that no rule has spoken of.
struct sighting {
  std::string institution, by;  // "detector failures"; "statuspage", "alertmanager …" when others saw it
  severity grade = severity::medium;
  incident_type type = incident_type::other;
  std::string description;  // one line, pt-BR
  time_point started{}, at{};
};

/// Seen by somebody else, who also says when it is over.
inline bool by_others(std::string_view firing) { return firing == "statuspage" || firing.starts_with("alertmanager "); }

class incident_book {
 public:
  using answer = std::expected<incident_change, std::string>;  // or why not, for people
  /// Why nobody may be told of this incident by this rule; empty: tell.
  using withholding = std::function<std::string(incident const&, rule const&)>;

  incident_book(incident_settings s, std::uint64_t seed) : settings_(s), dice_(seed), next_(s.first_number) {}

  std::vector<incident_change> fired(alert_change const& a, circumstances const& c);
  /// Adds to an incident that no rule speaks of. What began before the last one was over is not taken: empty.
  std::vector<incident_change> detected(sighting const& s, circumstances const& c);
  /// The game day whose incident is open has ended, and these rules fire on without it: that incident is over, and
  /// another one, which is no exercise, begins.
  std::vector<incident_change> outlives_drill(std::span<std::pair<rule, alert> const> firing, circumstances const& c,
                                              time_point began, time_point now);
  /// A step of the ladder calls them: they know of it from now on, and hear the rest.
  incident called(std::string_view id, std::string const& step, std::vector<std::string> const& channels);
  incident reminded(std::string_view id, unsigned reminders);
  void cleared(alert_change const& a) { cleared(a.now.institution, a.now.rule, a.at); }
  void cleared(std::string_view institution, std::string_view by, time_point at);
  void masked(std::string const& institution, bool all_masked);
  /// Tells what was withheld and may be told now; resolves what has been quiet long enough.
  std::vector<incident_change> tick(time_point now, withholding const& why = {});

  // By people (incident_hands.cpp). `id` may be the label, "INC-0042".
  answer acknowledge(std::string_view id, std::string_view who, time_point now);
  answer note(std::string_view id, std::string_view who, std::string_view text, time_point now);
  /// Only what is resolved can be closed, and only with words about it.
  answer close(std::string_view id, std::string_view who, std::string_view notes, time_point now);

  // Several banks at once (platform.hpp). The platform's incident speaks for theirs from now on.
  incident_change open_platform(sighting const& s, std::vector<std::string> const& banks, rule const& loudest);
  /// Banks that joined; what changed, if anything did.
  std::vector<incident_change> join_platform(std::vector<std::string> const& banks, rule const& loudest, time_point at);
  incident const* open_platform() const { return open_at(platform_institution); }
  std::vector<std::string> under_platform() const;  // banks with an open incident that it speaks for

  /// What was known before a restart, oldest first. Open ones go on; numbers go on after the highest.
  void restore(std::vector<incident> before, time_point now);
  /// A rule that still fires after a restart. Whoever it has not told yet is told once nothing keeps them from it.
  void owes(alert const& a, rule const& r);

  incident const* open_at(std::string_view institution) const;
  std::vector<incident> all_open() const;           // newest first; of thousands, the few that matter now
  std::vector<incident> all() const;                // newest first
  incident const* find(std::string_view id) const;  // id or label

 private:
  /// What a rule has to say.
  struct unsaid {
    rule by;
    reading figures;
    std::shared_ptr<explanation const> why;
  };
  struct entry {
    incident of;
    std::optional<time_point> quiet_since;
    std::vector<unsaid> waiting;             // messages withheld
    std::vector<std::string> think_it_over;  // channels: told that it had resolved, before it was reopened
  };
  void reopen(entry& e);
  bool flaps(entry const& e, circumstances const& c, time_point at) const;
  incident_change resolved(entry& e, time_point now, std::string notes);
  entry& open(sighting const& s, circumstances const& c);
  entry* latest(std::string_view institution);
  entry* named(std::string_view id);
  incident_change tell(entry& e, unsaid const& news, time_point at);
  void release(entry& e, time_point now, withholding const& why, std::vector<incident_change>& changes);
  void resolve(entry& e, time_point now, std::vector<incident_change>& changes);
  bool platform_over(entry const& e) const;

  incident_settings settings_;
  dice dice_;
  unsigned next_;
  std::vector<entry> entries_;  // oldest first
};

}  // namespace vendaval::monitor
