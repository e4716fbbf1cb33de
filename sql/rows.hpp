#pragma once
/// What is stored, as plain values. Times are UTC and kept to the millisecond. An empty optional is NULL.
/// Ids are UUIDs in text (sql/uuid.hpp); where a comment says "minted", an empty id gets a new one at commit, but a
/// caller that may have to commit the same batch twice (the answer to COMMIT was lost) gives its own: every row is
/// written once per id, however often it is committed.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace vendaval::sql {

/// One figure of one institution over one window; `banking_connector_metrics`.
struct metric_row {
  std::string id{};              // minted
  std::string institution_id{};  // "itau"
  std::string metric_type{};     // success_rate, latency, error_rate, uptime
  double value = 0;              // percent 0..100, or milliseconds; four decimals are kept, below 1 000 000
  wall_time timestamp{};         // end of the window
  std::string metadata{};        // a JSON object: quantile, unit, window_s, op_class, n, source; empty = NULL
};

/// `banking_incidents`. Committing a known id replaces the whole row.
struct incident_row {
  std::string id{};  // required: incidents are written again as they change
  std::string institution_id{};
  std::string incident_type{};  // authentication_error, timeout, connection_failure, rate_limit, maintenance, ...
  std::string severity{};       // low, medium, high, critical
  std::string status = "open";  // open, investigating, resolved, closed
  std::string description{};    // one line, pt-BR
  wall_time started_at{};       // the first bad sample, not the alert
  std::optional<wall_time> resolved_at{};
  std::optional<std::string> resolution_notes{};
  std::int64_t affected_users_count = 0;
  std::optional<std::string> created_by{};  // "auto:<rule>" or a person
  std::optional<std::string> assigned_to{};
};

/// One scenario on one institution; `chaos_test_results`. Committing a known id replaces the whole row.
struct chaos_result_row {
  std::string id{};                             // minted
  std::string test_name{};                      // scenario@version
  std::optional<std::string> institution_id{};  // empty when several banks took part
  std::string test_type{};  // unavailability, latency, network, overload, token_renewal, maintenance
  std::string status{};     // passed, failed, error
  std::optional<std::int64_t> duration_ms{};
  std::optional<std::int64_t> recovery_time_ms{};  // empty when it never recovered
  std::string details{};                           // a JSON object; empty = NULL
  wall_time executed_at{};                         // when it began
};

/// One game day. Committing a known id replaces the whole row.
struct run_row {
  std::string id{};  // required
  std::string scenario{};
  std::optional<std::string> institution{};
  std::string state = "running";  // running, passed, failed, error, aborted
  wall_time started_at{};
  std::optional<wall_time> ended_at{};
  std::string owner{};    // the process that runs it: "pid 4711, boot 3f2a…"
  std::string journal{};  // path of its journal; empty while there is none
  std::string note{};     // why it ended as it did, for people
};

/// Who did what, why, to what, and what came of it. Append-only: the database itself refuses to change or delete one,
/// and each carries the SHA-256 of itself and of the one before (sql/audit_chain.hpp).
struct audit_row {
  std::string id{};  // minted; the key under which it is written once
  wall_time at{};
  std::string actor{};   // "ana@laptop", "scenario:s1-banco-fora"
  std::string action{};  // "arm", "renew", "clear", "stop", "release"
  std::string reason{};
  std::string scope{};   // what it touches: institutions, operations, probability
  std::string lease{};   // how long it holds; empty when nothing is held
  std::string result{};  // "done", "refused: …"
  // Given by the store, ignored when committed:
  std::int64_t number = 0;  // 1, 2, 3 …
  std::string previous_hash{}, hash{};
};

/// One notification on its way to one channel. A dedup_key that is already there is left alone, with its row.
struct outbox_row {
  std::int64_t id = 0;  // given by the store; grows
  std::optional<std::string> incident_id{};
  std::string channel{};  // "slack"
  std::string kind{};     // "opened", "resolved"
  std::string payload{};  // what is sent
  std::string dedup_key{};
  wall_time created_at{};
  wall_time next_attempt_at{};
  // Kept by the store:
  std::int64_t attempts = 0;  // claims so far
  std::optional<wall_time> leased_until{};
  std::optional<wall_time> accepted_at{};  // the receiver answered 2xx: detection ends here
  std::optional<wall_time> failed_at{};    // given up; stays as a dead letter
  std::optional<std::string> last_error{};
  std::optional<std::string> reference{};  // what the receiver calls it
};

/// Counts of one institution and operation over some time. What a fault did is kept apart from what happened by itself.
struct history_counts {
  std::int64_t good = 0, bad = 0, neither = 0;  // as the dialect weighs them, injected ones included
  std::int64_t injected_bad = 0;                // part of bad
  std::int64_t platform = 0;           // part of neither that the app felt all the same: our keys, quotas, limits
  std::int64_t injected_platform = 0;  // part of platform
  std::int64_t bank_bad = 0;           // part of bad: by itself, and the bank's own
  std::int64_t probes_good = 0, probes_bad = 0;  // our own calls, in none of the above
};

/// One bucket of traffic; `traffic_history`. A minute that is there already is left alone, however often it is
/// committed: its key is the whole of institution, grain, beginning, operation and writer.
struct history_row {
  std::string institution_id{};
  std::string grain = "minute";  // minute, hour, day
  wall_time began_at{};
  std::string operation{};
  std::string writer{};  // of a minute: the process that counted it; empty for hours and days
  history_counts counts{};
  std::string outcomes = "{}";  // JSON: {"genuine": {"ok": 12}, "injected": {"timeout": 3}}
  std::string latencies{};      // a sketch in Base64 (monitor/history/figures.hpp)
  std::string clients = "{}";   // JSON: who called (monitor/history/clients.hpp)
};

/// When a bank said it would be away; `maintenance_windows`. Committing a known id replaces the whole row.
struct maintenance_row {
  std::string id{};  // minted
  std::string institution_id{};
  wall_time from{}, until{};  // [from, until)
  wall_time announced_at{};
  std::string reason{};
  std::string source{};  // who says so: a person, "statuspage"
};

/// What became of a notification that was sent before its row was here (monitor/io/spool.hpp). One that is settled
/// already stays as it is, and one that is not here is nobody's business.
struct outbox_mark {
  std::string dedup_key{};
  wall_time at{};
  std::string error{};                     // empty: accepted; else given up, and why
  std::optional<std::string> reference{};  // what the receiver calls it, when it is the first of its incident there
};

/// What banking_incidents has no column for; `incident_details`. Committing a known id replaces the whole row.
struct incident_detail_row {
  std::string incident_id{};
  std::int64_t number = 0;  // for people: INC-0042
  wall_time detected_at{};
  std::string detected_by{};
  std::optional<wall_time> alerted_at{}, acknowledged_at{};
  std::string acknowledged_by{};  // empty = NULL, also below
  std::optional<wall_time> closed_at{};
  std::string closed_by{};
  std::string run{};         // of the drill that caused it
  std::string state = "{}";  // JSON: what the monitor goes on with after a restart
};

/// `incident_notes`; one that is there already is left alone.
struct incident_note_row {
  std::string incident_id{};
  std::int64_t number = 0;  // 0, 1, 2 … within the incident
  wall_time at{};
  std::string author{}, text{};
};

/// `monitor_state`. Committing a known key replaces the value.
struct state_row {
  std::string key{};
  std::string value = "{}";  // JSON
  wall_time saved_at{};
};

/// An incident with all that is known of it.
struct remembered_incident {
  incident_row row{};
  incident_detail_row detail{};
  std::vector<incident_note_row> notes{};
};

/// What is committed together or not at all.
struct batch {
  std::vector<incident_row> incidents{};
  std::vector<outbox_row> outbox{};
  std::vector<metric_row> metrics{};
  std::vector<chaos_result_row> chaos_results{};
  std::vector<run_row> runs{};
  std::vector<audit_row> audit{};
  std::vector<history_row> history{};
  std::vector<maintenance_row> maintenance{};
  std::vector<outbox_mark> outbox_marks{};
  std::vector<incident_detail_row> incident_details{};
  std::vector<incident_note_row> incident_notes{};
  std::vector<state_row> states{};

  bool empty() const {
    return incidents.empty() && outbox.empty() && metrics.empty() && chaos_results.empty() && runs.empty() &&
           audit.empty() && history.empty() && maintenance.empty() && outbox_marks.empty() &&
           incident_details.empty() && incident_notes.empty() && states.empty();
  }
};

}  // namespace vendaval::sql
