#include "monitor/io/keeper.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <iterator>
#include <set>

#include "sql/batch_bytes.hpp"

namespace vendaval::monitor {
namespace {

/// Enough to find it again in the log. Descriptions are ours; payloads and addresses stay out.
std::string about(sql::batch const& rows) {
  std::string text;
  for (auto const& row : rows.incidents)
    text += fmt::format("incident {} of {}, {}, {}: {}; ", row.id, row.institution_id, row.severity, row.status,
                        row.description);
  return text + fmt::format("{} notifications, {} metrics, {} buckets of history", rows.outbox.size(),
                            rows.metrics.size(), rows.history.size());
}

/// What has to keep its place among incidents and what belongs to them is never taken for figures.
worth worth_of(sql::batch const& rows) {
  auto others = rows;
  others.metrics.clear();
  others.history.clear();
  return others.empty() ? worth::figures : worth::must;
}

/// All that the outbox holds of the incidents that these rows tell of; nothing when that cannot be read.
std::vector<sql::outbox_row> told_of(sql::store& store, sql::batch const& rows) {
  std::set<std::string> incidents;
  for (auto const& row : rows.outbox)
    if (row.incident_id) incidents.insert(*row.incident_id);
  std::vector<sql::outbox_row> all;
  for (auto const& id : incidents) {
    auto some = store.outbox_of(id);
    if (some) std::ranges::move(*some, std::back_inserter(all));
  }
  return all;
}

/// Whether the database takes what it has: an incident of its own is written again as it is, and a mark of nobody. It
/// is asked right after it has refused something: if it cannot write at all, or not where incidents stand, that was
/// not the fault of what it refused.
sql::result<> takes_others(sql::store& store) {
  if (!store.connected()) return std::unexpected(std::string("the connection was lost"));
  auto known = store.remembered_incidents(1);
  if (!known) return std::unexpected(known.error());
  sql::batch again{.outbox_marks = {{.dedup_key = "nobody's"}}, .states = {{"keeper/probe", "{}", {}}}};
  if (!known->empty()) {
    auto& one = known->back();
    again.incidents = {std::move(one.row)};
    again.incident_details = {std::move(one.detail)};
    again.incident_notes = std::move(one.notes);
  }
  return store.commit(again);
}

}  // namespace

keeper::keeper(tools given, std::unique_ptr<spool> disk) : tools_(std::move(given)), disk_(std::move(disk)) {
  if (disk_) load();
}

void keeper::load() {
  if (auto const damaged = disk_->damaged())
    tools_.log->error("{} bytes of the spool could not be read; they are kept beside it as .damaged", damaged);
  auto const found = disk_->take_found();
  for (auto const& place : found) {
    item one{next_++, place, nullptr, {}, {}};
    auto const rows = rows_of(one);
    if (!rows) {
      give_up(one, rows.error());
      disk_->done(place);
      continue;
    }
    outbox_.add(one.number, *rows);
    push(std::move(one), worth_of(*rows));
    found_.push_back(place);
  }
  if (!found.empty())
    tools_.log->warn("{} batches that an earlier process left in the spool are written first", found.size());
}

std::vector<sql::batch> keeper::take_found() {
  std::vector<sql::batch> all;
  for (auto const& place : std::exchange(found_, {})) {
    auto const raw = disk_->read(place);
    auto rows = raw ? sql::batch_from_bytes(*raw) : std::unexpected(raw.error());
    if (rows && worth_of(*rows) == worth::must) all.push_back(*std::move(rows));
  }
  return all;
}

void keeper::keep(sql::batch rows, worth how, std::function<void()> safe) {
  item one{next_++, std::nullopt, nullptr, std::move(safe), {}};
  auto const raw = sql::to_bytes(rows);
  if (!raw) {
    one.about = about(rows);
    return give_up(one, raw.error());
  }
  std::string why = "there is no spool";
  if (disk_) {
    auto const spare = how == worth::must ? bytes{0} : bytes{disk_->limit().count / 4};
    auto const place = disk_->append(*raw, spare);
    if (place)
      one.where = *place;
    else
      why = place.error();
  }
  outbox_.add(one.number, rows, one.where.has_value());
  if (one.where) {
    if (one.safe) asio::post(tools_.control, std::exchange(one.safe, {}));
  } else {
    if ((disk_ && how == worth::figures) || held_ == held_at_most) {
      outbox_.given_up(one.number);
      return lose(why);
    }
    one.about = about(rows);
    // Read back, so that ids are minted once.
    one.rows = std::make_shared<sql::batch const>(sql::batch_from_bytes(*raw).value_or(rows));
    ++held_;
  }
  push(std::move(one), how);
  write_next();
}

void keeper::push(item one, worth how) {
  queue_of(how).push(std::move(one));
  behind_->store(true);
}

std::expected<sql::batch, std::string> keeper::rows_of(item const& one) const {
  if (one.rows) return *one.rows;
  auto const raw = disk_->read(*one.where);
  if (!raw) return std::unexpected(raw.error());
  return sql::batch_from_bytes(*raw);
}

keeper::item const* keeper::pick() {
  for (turn_ = 0; turn_ != queues_.size(); ++turn_)
    if (auto const* const one = queues_[turn_].next(tools_.time.now())) return one;
  return nullptr;
}

void keeper::write_next() {
  if (writing_) return;
  auto const* const one = pick();
  if (!one) return;
  writing_ = true;
  asked_ = tools_.time.now();
  auto rows = rows_of(*one);
  if (!rows) return answered({std::unexpected(rows.error()), {}});
  auto const write = [rows = std::make_shared<sql::batch const>(*std::move(rows))](sql::store& store) -> answer {
    auto written = store.commit(*rows);
    return {written, written ? told_of(store, *rows) : std::vector<sql::outbox_row>()};
  };
  bool const taken = ask(write, [this](answer came) { answered(std::move(came)); });
  if (!taken) answered({std::unexpected(std::string("storage is overloaded")), {}});
}

void keeper::tick() {
  if (writing_ && !counts_.trouble && tools_.time.now() - asked_ >= silent_for) {
    counts_.trouble = true;
    tools_.log->error("the database has not answered for {}; what is to be kept waits", for_people(silent_for));
  }
  write_next();
}

/// On the storage thread, and what came of it back here. False: it takes nothing.
bool keeper::ask(std::function<answer(sql::store&)> what, std::function<void(answer)> then) {
  std::weak_ptr<bool> const alive = alive_;
  return tools_.storage.run(
      [control = tools_.control, alive, what = std::move(what), then = std::move(then)](sql::store& store) {
        asio::post(control, [alive, then, came = what(store)] {
          if (!alive.expired()) then(came);
        });
      });
}

void keeper::answered(answer came) {
  if (!came.result) return whose_fault(came.result.error());
  writing_ = false;
  counts_.trouble = false;
  auto const one = queues_[turn_].written();
  behind_->store(behind());
  outbox_.drained(one.number, came.there);
  if (one.where) disk_->done(*one.where);
  held_ -= one.where ? 0 : 1;
  if (one.safe) one.safe();
  written_();
  write_next();
}

/// Does the database take others right now?
void keeper::whose_fault(std::string why) {
  ++counts_.failed;
  if (!std::exchange(counts_.trouble, true))
    tools_.log->error("the database did not take what was to be kept; it waits and is tried again: {}", why);
  auto const probe = [](sql::store& store) -> answer { return {takes_others(store), {}}; };
  if (!ask(probe, [this, why](answer const& came) { failed(why, came.result.has_value()); })) failed(why, false);
}

void keeper::failed(std::string const& why, bool others_taken) {
  writing_ = false;
  if (auto const refused = queues_[turn_].failed(tools_.time.now(), others_taken)) {
    behind_->store(behind());
    outbox_.given_up(refused->number);
    give_up(*refused, "the database refuses it time and again while it takes others (" + why + ")");
    if (refused->where) disk_->done(*refused->where);
    held_ -= refused->where ? 0 : 1;
  }
  write_next();
}

/// Its description stays in the log: the database will not have it, and later ones must not wait for it.
void keeper::give_up(item const& one, std::string const& why) {
  ++counts_.refused;
  auto const rows = one.where ? rows_of(one) : std::unexpected(std::string("it cannot be read"));
  tools_.log->error("given up, because {}: {}", why, rows ? about(*rows) : one.about);
}

void keeper::lose(std::string const& why) {
  if (counts_.lost++ % 60 == 0)
    tools_.log->error("figures or incidents are lost, {} batches so far: {}", counts_.lost, why);
}

void keeper::hand_over() {
  if (counts_.trouble) return;
  for (auto const* one = pick(); one; one = pick()) {
    auto rows = rows_of(*one);
    auto const where = one->where;
    if (!rows || !tools_.storage.submit(*std::move(rows), [disk = disk_.get(), where](sql::result<> written) {
          if (written && where) disk->done(*where);
        }))
      return;
    (void)queues_[turn_].written();
    behind_->store(behind());
  }
}

keeper_counts keeper::counts() const {
  auto result = counts_;
  result.waiting = queues_[0].size() + queues_[1].size();
  if (disk_) result.spooled = disk_->size();
  return result;
}

void keeper::accepted(std::int64_t id, wall_time at, std::optional<std::string> reference) {
  note(outbox_.accepted(id, at, std::move(reference)));
}

void keeper::dead(std::int64_t id, std::string error, wall_time at) { note(outbox_.dead(id, std::move(error), at)); }

void keeper::note(std::optional<sql::outbox_mark> mark) {
  if (mark) keep({.outbox_marks = {*std::move(mark)}}, worth::must);
}

}  // namespace vendaval::monitor
