#pragma once
/// The typed store: the only way into the database. Not thread safe: one thread owns a store (sql/storage_thread.hpp).
/// Every call is one transaction, durable when it returns. A connection that was lost is opened again by the next call.
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/lifeline.hpp"
#include "sql/migrations.hpp"
#include "sql/result.hpp"
#include "sql/rows.hpp"

namespace vendaval::sql {

struct store_counts {
  std::int64_t metrics = 0, incidents = 0, open_incidents = 0, chaos_results = 0, runs = 0, runs_running = 0;
  std::int64_t audit = 0, outbox_waiting = 0, outbox_accepted = 0, outbox_dead = 0;
};

/// Narrows what recent_metrics returns; an empty optional means every one.
struct metric_filter {
  std::optional<std::string> institution_id{};
  std::optional<std::string> metric_type{};
  std::optional<wall_time> since{};  // included
  std::optional<wall_time> until{};  // excluded
};

/// Where a page of an export ended: time and id of its last row.
struct page_mark {
  wall_time at{};
  std::string id{};
};
inline page_mark page_key(metric_row const& row) { return {row.timestamp, row.id}; }
inline page_mark page_key(incident_row const& row) { return {row.started_at, row.id}; }
inline page_mark page_key(chaos_result_row const& row) { return {row.executed_at, row.id}; }

struct export_filter {
  std::optional<std::string> institution_id{};
  std::optional<wall_time> since{};  // included
  std::optional<wall_time> until{};  // excluded
  std::optional<page_mark> after{};  // the next page
  int limit = 1000;
};

/// A stretch of time read at one grain: [from, until).
struct history_span {
  std::string grain;
  wall_time from{}, until{};
};
struct history_sum {
  std::string institution_id, operation;
  history_counts counts;  // without `neither`
};

/// How minutes become hours and days (monitor/history/rollup.hpp).
struct history_rules {
  std::function<std::vector<history_row>(history_row const& minute)> buckets;  // the rows that it adds to
  std::function<void(history_row& sum, history_row const& more)> merge;
};

/// What is older than this goes, grain by grain.
struct history_retention {
  wall_time minutes{}, hours{}, days{}, metrics{};
};

/// When a channel last took a notification.
struct channel_proof {
  std::string channel{};
  wall_time at{};
};

/// Where the audit chain is broken.
struct audit_break {
  std::int64_t number = 0;
  std::string why{};
};

class store {
 public:
  /// "sqlite:PATH" (made when it is not there, its folder is not) or "postgresql://user:password@host:port/database".
  static result<store> open(std::string_view url);
  /// The same without asking the database yet: the first call that reaches it brings its schema up to date first, and
  /// until then every call says why it cannot. An error only when the address is malformed.
  static result<store> later(std::string_view url);
  store(store&&) noexcept;
  store& operator=(store&&) noexcept;
  ~store();

  engine kind() const;
  bool connected() const;                  // as far as the last call knows
  std::string const& address() const;      // for people: without the password
  std::shared_ptr<lifeline> line() const;  // for other threads

  /// Brings the schema up to this program's: all missing steps in one transaction, under a lock that two programs
  /// starting at once respect. Refuses a schema that is newer, and one whose applied steps differ from ours.
  result<> migrate();
  result<> migrate(std::span<migration const> steps);  // other steps than our own: for tests and tools
  result<int> schema_version();                        // 0 = empty

  /// All of it or nothing.
  result<> commit(batch const& rows);
  /// Several batches in one transaction: many acknowledgements for one sync.
  result<> commit(std::span<batch const> group);

  // Outbox. At least once: a claim that is neither answered nor given back falls due again when its lease ends. While
  // a notification is on its way, later ones of the same incident and channel wait, so that no "resolved" overtakes.
  // `except`: channels that are busy. A claimed row's `reference` is that of the first message of its incident there.
  result<std::vector<outbox_row>> claim(wall_time now, duration lease, int limit,
                                        std::span<std::string const> except = {});
  result<> accepted(std::int64_t id, wall_time at, std::optional<std::string> const& reference = {});
  result<> retry(std::int64_t id, std::string_view error, wall_time next_attempt);
  result<> dead(std::int64_t id, std::string_view error, wall_time at);
  result<std::vector<outbox_row>> outbox_of(std::string_view incident_id);
  result<std::vector<outbox_row>> dead_letters(int limit);
  result<std::vector<channel_proof>> channel_proofs();  // one per channel that ever took anything

  // Runs.
  result<std::vector<run_row>> runs_left_running();
  /// After a crash: ends every run that began before `now` and is still marked running as `error`, with an audit record
  /// each; returns those runs.
  result<std::vector<run_row>> end_runs_left_running(wall_time now, std::string_view why);
  result<std::optional<run_row>> run(std::string_view id);
  result<std::vector<run_row>> recent_runs(int limit);

  // Views, newest first.
  result<std::optional<incident_row>> incident(std::string_view id);
  result<std::vector<incident_row>> open_incidents();  // open and investigating
  result<std::vector<incident_row>> recent_incidents(int limit);
  /// Those that are open and the newest of the rest, oldest first, with all that is known of them.
  result<std::vector<remembered_incident>> remembered_incidents(int limit);
  result<std::vector<state_row>> monitor_states();
  result<std::vector<chaos_result_row>> recent_chaos_results(int limit);
  result<std::vector<metric_row>> recent_metrics(metric_filter const& filter, int limit);
  result<std::vector<audit_row>> recent_audit(int limit);
  /// For exports, oldest first: metric_row by timestamp, incident_row by started_at, chaos_result_row by executed_at.
  template <class Row>
  result<std::vector<Row>> page(export_filter const& filter);
  /// The newest audit record whose action is one of these: {"stop", "release"} tells whether the kill switch is
  /// latched.
  result<std::optional<audit_row>> latest_audit(std::span<std::string const> actions);
  result<store_counts> counts();

  // History. Minutes come in with commit().
  /// Adds at most `limit` minutes that are in no hour yet to their hours and days, in one transaction; how many.
  result<int> roll_up(int limit, history_rules const& rules);
  /// Removes at most `limit` rows of each grain, and of metrics; how many in all. Minutes inside a maintenance window
  /// stay as long as hours do: only they can tell its beginning and end apart from the rest of the hour.
  result<int> prune(history_retention const& older_than, int limit);
  /// Sums of several spans, by institution and operation. Institutions named nowhere have none.
  result<std::vector<history_sum>> history_sums(std::span<history_span const> spans,
                                                std::span<std::string const> institution_ids);
  result<std::vector<history_row>> history(std::string_view institution_id, history_span const& span);
  result<std::vector<std::string>> institutions_with_history(wall_time since);
  result<std::vector<maintenance_row>> maintenance(wall_time since, wall_time until);  // that touch this time
  /// Takes windows away that will not be; one that has begun at `now` stays on record.
  result<> withdraw_maintenance(std::span<std::string const> ids, wall_time now);

  /// Recomputes the audit chain; empty when it is whole.
  result<std::optional<audit_break>> verify_audit();

 private:
  struct impl;
  explicit store(std::unique_ptr<impl> inside);
  std::unique_ptr<impl> impl_;
};

}  // namespace vendaval::sql
