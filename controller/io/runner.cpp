#include "controller/io/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/io/file.hpp"
#include "controller/decision_log.hpp"
#include "controller/io/run_rows.hpp"
#include "controller/io/run_view.hpp"
#include "controller/summary.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

/// Enough calls to learn the app's rate from; without them a run could prove nothing.
constexpr std::uint64_t calls_to_begin = 10;

breaker_facts facts_of(std::optional<monitor::breaker_finding> const& finding) {
  breaker_facts facts;
  if (!finding) return facts;
  facts.verdict = monitor::name_of(finding->verdict);
  facts.open = finding->opened_at && !finding->closed_at;
  if (finding->opened_at) facts.failures_before_open = finding->failures_before_open;
  if (!finding->spacing.empty())
    facts.shortest_wait = std::chrono::floor<milliseconds>(std::ranges::min(finding->spacing));
  facts.evidence = finding->evidence;
  return facts;
}

}  // namespace

runner::runner(runner_tools tools) : tools_(std::move(tools)) {}
runner::~runner() = default;

bool runner::running() const { return run_ && !run_->finished; }

std::optional<std::string> runner::latest() const {
  if (!run_) return std::nullopt;
  return run_->id();
}

std::expected<std::string, std::string> runner::start(scenario played, run_identity identity,
                                                      game_day_settings settings) {
  if (running())
    return std::unexpected(
        fmt::format("run {} of {} is under way; one game day at a time", run_->id(), run_->day.played().name));
  if (auto const& why = tools_.desk.stopped())
    return std::unexpected(
        fmt::format("the kill switch is latched ({}). Release it first: vendaval release --reason \"…\"", *why));
  auto const now = tools_.time.now();
  if (auto const why = tools_.desk.denied(now, now + settings.ready_within + played.last_fault()))
    return std::unexpected(fmt::format("this run would break things when that is denied: {}", *why));
  tools_.desk.reseed(identity.seed);
  run_ = std::make_unique<active_run>(std::move(played), std::move(identity), settings, now);
  run_->lost_before = tools_.path.counts().exchanges_lost;
  run_->stops_before = tools_.desk.stopped_last().nth;
  run_->journal_path = fmt::format("{}/{}.json", tools_.folder, run_->id());
  run_->report_path = fmt::format("{}/{}.md", tools_.folder, run_->id());
  run_->decisions_path = fmt::format("{}/{}.decisions.jsonl", tools_.folder, run_->id());
  run_->decisions = line_of(log_head{.run = run_->id(),
                                     .scenario = run_->day.played().name,
                                     .dialect = tools_.dialect,
                                     .seed = run_->day.facts().run.seed,
                                     .calendar = tools_.calendar});
  tools_.watch.kept().keep({.runs = {row("running", "", now)}}, monitor::worth::must);
  return run_->id();
}

sql::run_row runner::row(std::string state, std::string note, time_point now) const {
  sql::run_row result;
  result.id = run_->id();
  result.scenario = run_->day.played().name;
  result.institution = run_->target();
  result.state = std::move(state);
  result.started_at = tools_.calendar.at(run_->created);
  if (result.state != "running") result.ended_at = tools_.calendar.at(now);
  result.owner = tools_.owner;
  result.journal = run_->journal_path;
  result.note = std::move(note);
  return result;
}

bool runner::abort(std::string const& id, std::string const& reason) {
  if (!running() || run_->id() != id) return false;
  auto const now = tools_.time.now();
  for (auto const& c : run_->day.abort(reason, now)) obey(c, now);
  return true;
}

void runner::shut_down(std::string const& reason) {
  if (!running()) return;
  abort(run_->id(), reason);
  tools_.desk.clear_all("shutdown");
  auto const now = tools_.time.now();
  follow_leases(now);
  for (int i = 0; i < 3 && running(); ++i) tick(now);
  if (running()) keep_journal();
}

void runner::saw(exchange const& x) {
  if (!running()) return;
  run_->traffic.add(x);
  probed(x);
}

void runner::probed(exchange const& x) {
  if (running() && x.decided) run_->decisions += line_of(*x.decided);
}

void runner::saw(monitor::effects const& what) {
  if (!running()) return;
  for (auto const& change : what.alerts) {
    if (change.now.institution != run_->target()) continue;
    if (change.what == monitor::alert_change::kind::fired)
      say(change.at, fmt::format("rule {} fires", change.now.rule));
    if (change.what == monitor::alert_change::kind::cleared)
      say(change.at, fmt::format("rule {} has cleared", change.now.rule));
  }
  for (auto const& change : what.incidents) {
    if (change.now.institution != run_->target()) continue;
    run_->notices.suppressed = change.now.suppressed;
    if (change.what == monitor::incident_change::kind::opened)
      say(change.at, "incident opened: " + change.now.description);
    if (change.what == monitor::incident_change::kind::detected)
      say(change.at, "incident known, nobody told yet: " + change.now.description);
    if (change.what == monitor::incident_change::kind::resolved) say(change.at, "incident resolved");
  }
  for (auto const& n : what.notifications) {
    auto const* incident = tools_.watch.state().find_incident(n.incident_id);
    if (incident && incident->institution == run_->target()) run_->letters[n.id] = n.kind;
  }
}

void runner::accepted(std::string const& notification, time_point at) {
  if (!run_) return;
  auto const letter = run_->letters.extract(notification);
  if (!letter) return;
  auto const kind = letter.mapped();
  if (kind == monitor::notification_kind::opened) ++run_->notices.opened;
  if (kind == monitor::notification_kind::updated) ++run_->notices.updated;
  if (kind == monitor::notification_kind::resolved) ++run_->notices.resolved;
  if (!run_->finished) say(at, fmt::format("the receiver accepted the notification ({})", monitor::name_of(kind)));
}

/// A fault can end without a command of ours: its lease ran out, or the kill switch took it. The ledger must know.
void runner::follow_leases(time_point now) {
  auto const set = tools_.desk.armed();
  for (auto& [id, fault] : run_->faults) {
    bool const there = std::ranges::find(set->faults, id, &faults::armed_fault::id) != set->faults.end();
    if (!fault.armed || there) continue;
    fault.armed = false;
    for (auto const& bank : fault.banks) tools_.watch.state().fault_lifted(bank, id, now);
  }
}

observation runner::look(time_point now) {
  auto& monitor = tools_.watch.state();
  auto const& target = run_->target();
  observation seen;
  if (run_->traffic.calls(target) < calls_to_begin)
    seen.not_ready =
        fmt::format("waiting for calls about {} to pass through the proxy", monitor.settings().banks.name_of(target));
  seen.traffic = run_->traffic.take_changed();
  if (auto const* marks = monitor.drill_ledger(target); marks && run_->drilled) seen.instants = *marks;
  if (now - run_->breaker_read >= 500ms && run_->drilled) {
    run_->breaker = facts_of(monitor.breaker(target, now));
    run_->breaker_read = now;
  }
  seen.breaker = run_->breaker;
  seen.notices = run_->notices;
  auto const writes = monitor.writes(target);
  seen.writes = {writes.lost - run_->writes_before.lost, writes.repeated - run_->writes_before.repeated};
  seen.webhooks = tools_.path.counts().webhooks;
  if (seen.webhooks)
    for (auto const& [bank, before] : run_->webhooks_before) (*seen.webhooks)[bank] = (*seen.webhooks)[bank] - before;
  seen.undelivered = run_->letters.size();
  seen.incident_open = monitor.open_incident(target) != nullptr;
  for (auto const& fault : tools_.desk.armed()->faults)
    if (run_->labels.contains(fault.label)) seen.faults.push_back({fault.label, fault.id, fault.expires});
  for (auto const& [id, fault] : run_->faults)
    for (auto const& bank : fault.banks)
      if (auto const at = monitor.first_bad(bank, id)) {
        auto& first = seen.first_bad.try_emplace(fault.label, *at).first->second;
        first = std::min(first, *at);
      }
  seen.refused = run_->refused;
  // A switch that was released before we looked has ended the run all the same.
  auto const& stopped = tools_.desk.stopped_last();
  if (stopped.nth != run_->stops_before) seen.killed = stopped.reason;
  seen.exchanges_lost = tools_.path.counts().exchanges_lost - run_->lost_before;
  return seen;
}

void runner::begin_drills(time_point now) {
  if (run_->drilled || !run_->day.started()) return;
  run_->drilled = true;
  run_->writes_before = tools_.watch.state().writes(run_->target());
  run_->webhooks_before = tools_.path.counts().webhooks.value_or(webhooks_by_bank{});
  for (auto const& bank : run_->day.played().targets())
    tools_.watch.state().start_drill({.run = run_->id(), .institution = bank}, now);
}

void runner::tick(time_point now) {
  if (!running()) return;
  keep_decisions();
  follow_leases(now);
  auto const seen = look(now);
  for (auto const& c : run_->day.step(seen, now)) {
    obey(c, now);
    if (run_->finished) return;
  }
  begin_drills(now);
  if (run_->day.facts().phases.size() != run_->phases_kept) {
    run_->phases_kept = run_->day.facts().phases.size();
    keep_journal();  // should this program be killed, what happened until here is kept
  }
}

void runner::arm(commands::arm const& c) {
  run_->labels.insert(c.what.label);
  auto const id = run_->id();
  auto const label = c.what.label;
  // A fault of the handshake is met by every bank: the ledgers of this run's are told of it.
  if (faults::about_webhooks(c.what.what) && !tools_.path.counts().webhooks)
    say(tools_.time.now(), label + " will meet nothing: webhooks have no way in, add [webhooks] to the configuration");
  auto const banks = faults::about_handshakes(c.what.what) ? run_->day.played().targets() : c.what.where.institutions;
  tools_.desk.arm(c.what, c.lease, "run:" + id,
                  [this, id, label, banks](std::expected<std::uint64_t, std::string> armed) {
                    if (!run_ || run_->id() != id) return;
                    if (!armed) {
                      run_->refused = armed.error();
                      return;
                    }
                    run_->faults[*armed] = {label, banks};
                    for (auto const& fault : tools_.desk.armed()->faults)
                      if (fault.id == *armed) run_->decisions += line_of(fault);
                    for (auto const& bank : banks) tools_.watch.state().fault_armed(bank, *armed, tools_.time.now());
                  });
}

void runner::obey(command const& c, time_point now) {
  auto const actor = "run:" + run_->id();
  if (auto const* arming = std::get_if<commands::arm>(&c))
    arm(*arming);
  else if (auto const* renewal = std::get_if<commands::renew>(&c)) {
    for (auto const id : renewal->ids)
      if (auto const renewed = tools_.desk.renew(id); !renewed)
        tools_.log->warn("a lease was not renewed: {}", renewed.error());
  } else if (auto const* clearing = std::get_if<commands::clear>(&c)) {
    for (auto const id : clearing->ids) tools_.desk.clear(id, actor);
    follow_leases(now);
  } else if (std::holds_alternative<commands::clear_all>(c)) {
    for (auto const& fault : tools_.desk.armed()->faults)
      if (run_->labels.contains(fault.label)) tools_.desk.clear(fault.id, actor);
    follow_leases(now);
  } else if (auto const* note = std::get_if<commands::note>(&c)) {
    say(now, note->text);
  } else {
    finish(now);
  }
}

void runner::say(time_point now, std::string text) {
  tools_.log->info("run {}: {}", run_->id().substr(0, 8), text);
  run_->events.push_back({now, std::move(text)});
}

void runner::keep_journal() {
  auto const value = journal_of(run_->id());
  auto const written = write_file_durably(run_->journal_path, json::serialize(*value), 0600);
  if (!written) tools_.log->error("the journal could not be written: {}: {}", run_->journal_path, written.error());
}

/// What cannot be written is given up, once and said: the run itself does not depend on it.
void runner::keep_decisions() {
  auto const lines = std::exchange(run_->decisions, {});
  if (lines.empty() || run_->decisions_path.empty()) return;
  if (auto const kept = append_to_file(run_->decisions_path, lines, 0600); !kept) {
    tools_.log->error("the decision log ends here, it could not be written: {}: {}", run_->decisions_path,
                      kept.error());
    run_->decisions_path.clear();
  }
}

std::optional<json::value> runner::journal_of(std::string const& id) const {
  if (!run_ || run_->id() != id) return std::nullopt;
  auto const& day = run_->day;
  return controller::to_json(journal{day.facts(), day.result() ? *day.result() : judge(day.played(), day.facts())});
}

void runner::finish(time_point now) {
  if (run_->finished) return;
  run_->finished = true;
  for (auto const& bank : run_->day.played().targets()) tools_.watch.state().end_drill(bank, now);
  tools_.watch.write_metrics(now);
  journal const j{run_->day.facts(), *run_->day.result()};
  keep_journal();
  keep_decisions();
  auto const written = write_file_durably(run_->report_path, report(j), 0600);
  if (!written) tools_.log->error("the report could not be written: {}: {}", run_->report_path, written.error());
  tools_.watch.kept().keep({.chaos_results = {chaos_row(j, run_->day.played(), run_->journal_path)},
                            .runs = {row(state_word(j), j.stored.reason, now)}},
                           monitor::worth::must);
  tools_.log->info("run {} has ended: {} ({})", run_->id(), ruling_names[static_cast<std::size_t>(j.stored.result)],
                   j.stored.reason);
}

std::optional<json::object> runner::view(std::string const& id, std::uint64_t after) const {
  if (!run_ || run_->id() != id) return std::nullopt;
  auto view = run_view(*run_, tools_.watch.state(), tools_.time.now(), after);
  view["database"] = tools_.database;
  return view;
}

}  // namespace vendaval::controller
