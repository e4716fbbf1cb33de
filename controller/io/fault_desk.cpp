#include "controller/io/fault_desk.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/io/file.hpp"

namespace vendaval::controller {
namespace {

/// Ids are never reused, also not after a restart: they start at the microsecond in which this process did.
std::uint64_t first_id(timeline const& calendar) {
  return static_cast<std::uint64_t>(calendar.wall.time_since_epoch().count());
}

std::string_view word(faults::ended_fault::cause why) {
  switch (why) {
    case faults::ended_fault::cause::cleared: return "cleared";
    case faults::ended_fault::cause::expired: return "lease expired";
    case faults::ended_fault::cause::killed: return "kill switch";
    case faults::ended_fault::cause::denied: return "deny window";
  }
  return "ended";
}

}  // namespace

fault_desk::fault_desk(desk_tools tools, faults::arming_limits limits)
    : tools_(std::move(tools)), book_(limits, 0, first_id(tools_.calendar), tools_.calendar) {
  if (auto const reason = read_file(tools_.latch_file)) {
    book_.kill(*reason, tools_.time.now());
    tools_.log->warn("the kill switch is latched since before this start ({}); release it with: vendaval release",
                     *reason);
  }
  tools_.path.publish(book_.snapshot());
}

sql::audit_row fault_desk::record(std::string action, std::string const& actor, std::string reason) const {
  sql::audit_row row;
  row.at = tools_.calendar.at(tools_.time.now());
  row.action = std::move(action);
  row.actor = actor;
  row.reason = std::move(reason);
  row.result = "done";
  return row;
}

void fault_desk::audit(sql::audit_row row, sql::storage_thread::done done) {
  sql::batch batch;
  batch.audit.push_back(std::move(row));
  if (tools_.storage.submit(std::move(batch), done)) return;
  if (done)
    done(std::unexpected(std::string("storage is overloaded")));
  else
    tools_.log->error("an audit record was lost: storage is overloaded");
}

void fault_desk::arm(faults::fault_template what, duration lease, std::string const& actor, armed_callback done) {
  auto const label = what.label;
  auto const armed = book_.snapshot();
  bool const known = std::ranges::find(armed->faults, label, &faults::armed_fault::label) != armed->faults.end();
  if (known || !asked_.insert(label).second) return;

  auto row = record("arm", actor, label);
  row.scope = faults::describe(what.where);
  row.lease = show(lease);
  row.result = "asked";
  std::weak_ptr<bool> const alive = alive_;
  auto const finish = [this, alive, what = std::move(what), lease, actor, done](sql::result<> written) {
    if (alive.expired()) return;
    asked_.erase(what.label);
    if (!written) return done(std::unexpected("no audit record, so nothing was armed: " + written.error()));
    auto const id = book_.arm(what, lease, tools_.time.now());
    if (!id) {
      auto refused = record("arm", actor, what.label);
      refused.result = "refused: " + id.error().sentence;
      audit(std::move(refused));
      return done(std::unexpected(id.error().sentence));
    }
    kinds_[*id] = faults::kind_of(what.what);
    tools_.path.publish(book_.snapshot());
    tools_.log->info("armed {} for {} (fault {}, lease {})", what.label, faults::describe(what.where), *id,
                     show(lease));
    if (faults::about_webhooks(what.what) && !tools_.path.counts().webhooks)
      tools_.log->warn("{} meets nothing: webhooks have no way in, add [webhooks] to the configuration", what.label);
    done(*id);
  };
  audit(std::move(row), [control = tools_.control, finish](sql::result<> written) {
    asio::post(control, [finish, written = std::move(written)] { finish(written); });
  });
}

std::expected<time_point, std::string> fault_desk::renew(std::uint64_t id) {
  auto const expires = book_.renew(id, tools_.time.now());
  if (!expires) return std::unexpected(expires.error().sentence);
  tools_.path.publish(book_.snapshot());
  return *expires;
}

void fault_desk::publish(std::vector<faults::ended_fault> const& ended, std::string const& actor) {
  if (ended.empty()) return;
  tools_.path.publish(book_.snapshot());
  for (auto const& fault : ended) {
    auto row = record("end", actor, fault.label);
    row.result = word(fault.why);
    audit(std::move(row));
    tools_.log->info("{} is over: {} (fault {})", fault.label, word(fault.why), fault.id);
  }
}

void fault_desk::clear(std::uint64_t id, std::string const& actor) {
  publish(book_.clear(id, tools_.time.now()), actor);
}

void fault_desk::clear_all(std::string const& actor) { publish(book_.clear_all(tools_.time.now()), actor); }

void fault_desk::saw(exchange const& x) {
  for (auto const id : x.touched_by)
    if (auto const kind = kinds_.find(id); kind != kinds_.end()) ++injected_[{x.institution, kind->second}];
}

void fault_desk::tick() { publish(book_.expire(tools_.time.now()), "lease"); }

std::size_t fault_desk::stop(std::string const& reason, std::string const& actor) {
  auto const ended = book_.kill(reason, tools_.time.now());
  tools_.path.publish(book_.snapshot());  // first of all: traffic is free before anything is written
  last_stop_ = {last_stop_.nth + 1, reason};
  if (told_of_latch_) told_of_latch_(stopped());
  latch(reason);
  publish(ended, actor);
  audit(record("stop", actor, reason));
  tools_.log->warn("kill switch: {} faults taken away ({}: {})", ended.size(), actor, reason);
  return ended.size();
}

void fault_desk::on_latch(std::function<void(std::optional<std::string> const&)> told) {
  told_of_latch_ = std::move(told);
  if (stopped()) told_of_latch_(stopped());
}

void fault_desk::latch(std::string const& reason) {
  auto const written = write_file_durably(tools_.latch_file, reason, 0600);
  if (!written)
    tools_.log->error("the kill switch holds, but not beyond a restart: {}: {}", tools_.latch_file, written.error());
}

std::expected<void, std::string> fault_desk::release(std::string const& reason, std::string const& actor) {
  if (!book_.killed())
    return std::unexpected(std::string("the kill switch is not latched: there is nothing to release"));
  auto const released = book_.release(reason);
  if (!released) return std::unexpected(released.error().sentence);
  if (told_of_latch_) told_of_latch_(stopped());
  if (unlink(tools_.latch_file.c_str()) != 0 && errno != ENOENT)
    tools_.log->error("{} could not be removed: the switch will be latched again after a restart", tools_.latch_file);
  audit(record("release", actor, reason));
  tools_.log->warn("kill switch released by {}: {}", actor, reason);
  return {};
}

}  // namespace vendaval::controller
