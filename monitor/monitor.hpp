#pragma once
/// The monitor as one value: exchanges and flights in, effects out. Everything here is pure; the thread that owns it,
/// the outbox and the pages are in monitor/io.
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "monitor/breaker/observer.hpp"
#include "monitor/detect/detector.hpp"
#include "monitor/incidents/incident_book.hpp"
#include "monitor/incidents/link_tally.hpp"
#include "monitor/ledger/run_ledger.hpp"
#include "monitor/notify/ladder.hpp"
#include "monitor/notify/notification.hpp"
#include "monitor/probes/plan.hpp"
#include "monitor/silences/calendar.hpp"
#include "monitor/silences/silence.hpp"
#include "monitor/traffic/api_error_tally.hpp"
#include "monitor/traffic/write_watch.hpp"

namespace vendaval::monitor {

struct monitor_settings {
  institutions banks;  // watched from the start, traffic or not; others as soon as they are seen
  std::vector<rule> rules = default_rules();
  incident_settings incidents;
  breaker_settings breaker;
  detector_settings detect;
  /// The same class of failure at so many banks within so long is the platform's, not theirs.
  std::size_t platform_banks = 3;
  duration platform_within = 1min;
  std::vector<maintenance_plan> maintenance;
  ladder_settings escalation;
  std::vector<std::string> drill_channels;    // told when a game day begins and ends, besides
  std::optional<rule> probe;                  // judges the probes of the banks that have some
  std::set<std::string, std::less<>> probed;  // those banks
  duration slot = 1s;                         // resolution of every window; a compressed run wants less
  timeline time;                              // for texts only
  std::map<std::string, std::vector<std::string>, std::less<>> lanes;  // of channels with several receivers
  link_tally links;                                                    // those that are known from the start
  std::string link;                                                    // address of our pages in messages; may be empty
  std::uint64_t seed = 1;                                              // for ids
};

/// A game day on one bank. Start it with the baseline, so that the app's normal rate can be learned from it.
struct drill {
  std::string run;
  std::string institution;
  std::vector<operation> operations{operation::link, operation::retrieve};  // those that the faults touch
};

/// A change of an alert as its history keeps it.
struct told_change {
  alert_change what;
  std::string withheld;  // why nobody was told of it; empty: nobody had to be held back
};

struct effects {
  std::vector<alert_change> alerts;
  std::vector<incident_change> incidents;
  std::vector<silence> silences;            // made or ended
  std::vector<notification> notifications;  // to be written with the incidents, then sent
};

struct institution_summary {
  std::string id, name;
  totals minute;                                 // the last 60 s
  std::optional<percent> success, attributable;  // over it
  std::optional<duration> p50, p95;              // over it; with the ages of calls that have outlasted it already
  std::vector<alert> alerts;
  std::optional<incident> open;
  std::string run;  // of the drill on it
  /// "ok", "degraded" (a rule fires), "down" (an outage fires), "no_data"
  std::string_view level() const;
  bool outage = false;
};

/// What outlives a process (monitor/io/memory.hpp reads and writes it).
struct memory {
  std::vector<incident> incidents;  // oldest first
  std::vector<alert> alerts;
  std::vector<silence> silences;
  std::optional<time_point> alive;  // when it was last looked
};

/// For /metrics: plain numbers; monitor/io gives them their names.
struct metrics_snapshot {
  std::vector<series_lifetime> series;
  struct flying_now {
    std::string institution;
    under_way flying;
    bool up = true;
  };
  std::vector<flying_now> institutions;
  std::vector<alert> alerts;
  std::vector<std::pair<std::string, breaker_finding>> breakers;  // of running drills, by institution
  std::vector<std::string> runs;
  std::map<std::string, write_counts, std::less<>> writes;  // by institution
  api_error_tally::by_institution api_errors;
  std::uint64_t notifications_created = 0, notifications_accepted = 0, signals_suppressed = 0;
};

class monitor {
 public:
  explicit monitor(monitor_settings s);

  /// Goes on where an earlier process stopped; what became of each alert and incident, for the log.
  std::vector<std::string> restore(memory before, time_point now);

  void observe(exchange const& x);
  void probed(exchange const& x) { probes_.observe(x); }  // a call of ours, in no figure of the app's
  void see(std::vector<flight> const& flights);
  /// Traffic shows whose this link is: incidents say how many users a bank has.
  void learn_link(std::string_view institution, std::string_view link) { settings_.links.learn(institution, link); }
  /// Call it at least every `slot`: rules are stepped here and nowhere else.
  effects tick(time_point now);

  /// What a person does with an incident; `id` may be its label. The effects are to be written like those of a tick.
  using answer = std::expected<effects, std::string>;  // or why not, for people
  answer acknowledge(std::string_view id, std::string_view who, time_point now);
  answer note(std::string_view id, std::string_view who, std::string_view text, time_point now);
  /// Somebody else has seen trouble (monitor/receive): known from now on, though nobody is told by it alone.
  effects sighted(sighting const& s);
  void sighting_over(std::string_view institution, std::string_view by, time_point at);
  answer close(std::string_view id, std::string_view who, std::string_view notes, time_point now);

  std::expected<std::pair<silence, effects>, std::string> quiet(silence s, time_point now);
  std::optional<effects> end_silence(std::string_view id, time_point now);
  std::vector<silence> const& silences() const { return silences_.all(); }
  /// The maintenance under way: its plan and its end.
  std::vector<std::pair<maintenance_plan, wall_time>> maintenance_now(time_point now) const;

  /// What is usual for a bank from now on, for the rule that follows it.
  void follow(std::string_view institution, std::string_view rule, baseline usual);

  void start_drill(drill d, time_point now);
  void fault_armed(std::string_view institution, std::uint64_t fault, time_point at);
  void fault_lifted(std::string_view institution, std::uint64_t fault, time_point at);
  /// Later traffic is nobody's drill again; the ledger and the finding stay until the next drill on this bank.
  void end_drill(std::string_view institution, time_point now);
  void breaker_reported(std::string_view institution, app_breaker state, time_point at);

  void written(std::string_view notification_id, time_point at);   // committed with its incident
  void accepted(std::string_view notification_id, time_point at);  // the receiver answered 2xx

  ledger const* drill_ledger(std::string_view institution) const;
  /// The first bad answer that one fault of the drill caused.
  std::optional<time_point> first_bad(std::string_view institution, std::uint64_t fault) const;
  std::optional<breaker_finding> breaker(std::string_view institution, time_point now) const;
  std::vector<alert> alerts() const;
  std::deque<told_change> const& history() const { return history_; }  // oldest first, the last thousand
  std::vector<incident> incidents() const { return book_.all(); }
  /// As messages call it: "Itaú", "Plataforma (Itaú, Nubank, Bradesco)".
  std::string shown_name(incident const& i) const;
  incident const* find_incident(std::string_view id) const { return book_.find(id); }
  incident const* open_incident(std::string_view institution) const { return book_.open_at(institution); }
  std::vector<institution_summary> summaries(time_point now) const;
  metrics_snapshot metrics(time_point now) const;
  traffic const& seen() const { return traffic_; }
  write_counts writes(std::string_view institution) const { return writes_.of(institution); }
  monitor_settings const& settings() const { return settings_; }

 private:
  struct drill_state {
    drill of;
    run_ledger marks;
    breaker_observer breaker;
    bool running = true;
    bool armed_once = false;
    time_point ended_at{};  // when it is not running
  };
  struct letter {
    std::string institution;
  };
  /// A bank in trouble: of what class, and since when.
  struct suspect {
    std::string institution;
    incident_type what = incident_type::other;
    time_point since{};
  };
  void watch(std::string const& institution);
  traffic const& seen_by(rule const& r) const { return r.name == probe_rule_name ? probes_ : traffic_; }
  void sense(time_point now, effects& out);
  bool calm(std::string const& institution) const;
  bool sees_again(incident const& i, std::string_view name);
  void forget_alert(alert a, time_point now);
  void group(time_point now);
  void speak_for_many(time_point now, effects& out);
  sighting many(time_point now) const;
  std::vector<suspect> suspects(time_point now) const;
  std::string quieted(std::string_view institution, rule const& r, time_point now) const;
  std::string withheld(incident const* i, std::string_view institution, rule const& r, time_point now) const;
  bool platform_says(incident const& platform, rule const& r) const;
  drill_state* drill_on(std::string_view institution);
  drill_state const* drill_on(std::string_view institution) const;
  std::string drill_behind(std::string_view institution, tally const& lately, duration over, time_point at) const;
  bool fails_by_itself(rule_state const& s, time_point ended, time_point now) const;
  void leave_drills(time_point now, effects& out);
  void apply(alert_change const& c, effects& out);
  rule_state const& state_of(alert const& a) const;
  void tell(std::vector<incident_change> changes, effects& out);
  void write(incident_change const& c, std::string const& channel, effects& out);
  void escalate(time_point now, effects& out);
  bool silenced(incident const& i, time_point now) const;
  void announce(drill const& d, bool begins, time_point now);
  std::vector<std::string> lanes(std::vector<std::string> const& channels) const;
  circumstances around(std::string_view institution) const;
  circumstances around(alert_change const& c) const;
  answer by_hand(incident_book::answer change);
  bool all_masked(std::string const& institution) const;

  monitor_settings settings_;
  traffic traffic_;
  traffic probes_;
  write_watch writes_;
  api_error_tally api_errors_;
  std::map<std::string, std::vector<rule_state>, std::less<>> states_;
  std::map<std::string, std::vector<detector>, std::less<>> detectors_;
  incident_book book_;
  ladder ladder_;
  silence_book silences_;
  effects early_;                   // decided between ticks: goes out with the next
  std::vector<std::string> group_;  // banks that fail alike at this tick
  incident_type group_type_ = incident_type::other;
  time_point group_since_{};
  std::deque<told_change> history_;
  dice dice_;
  std::map<std::string, drill_state, std::less<>> drills_;
  std::map<std::string, letter, std::less<>> letters_;  // by notification
  std::uint64_t created_ = 0, accepted_ = 0;
};

}  // namespace vendaval::monitor
