#include "monitor/io/keeper.hpp"

#include <boost/asio/post.hpp>

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
    queue_of(worth_of(*rows)).push(std::move(one));
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
  if (one.where) {
    outbox_.add(one.number, rows);
    if (one.safe) asio::post(tools_.control, std::exchange(one.safe, {}));
  } else {
    if ((disk_ && how == worth::figures) || held_ == held_at_most) return lose(why);
    one.about = about(rows);
    // Read back, so that ids are minted once.
    one.rows = std::make_shared<sql::batch const>(sql::batch_from_bytes(*raw).value_or(rows));
    ++held_;
  }
  queue_of(how).push(std::move(one));
  write_next();
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
  auto rows = rows_of(*one);
  if (!rows) return answered(std::unexpected(rows.error()));
  std::weak_ptr<bool> const alive = alive_;
  auto const done = [this, alive](sql::result<> result) {
    if (!alive.expired()) answered(std::move(result));
  };
  bool const taken = tools_.storage.submit(*std::move(rows), [control = tools_.control, done](sql::result<> result) {
    asio::post(control, [done, result = std::move(result)] { done(result); });
  });
  if (!taken) answered(std::unexpected(std::string("storage is overloaded")));
}

void keeper::answered(sql::result<> result) {
  writing_ = false;
  if (result) {
    counts_.trouble = false;
    auto const one = queues_[turn_].written();
    outbox_.drained(one.number);
    if (one.where) disk_->done(*one.where);
    held_ -= one.where ? 0 : 1;
    if (one.safe) one.safe();
    written_();
  } else {
    ++counts_.failed;
    if (!std::exchange(counts_.trouble, true))
      tools_.log->error("the database did not take what was to be kept; it waits and is tried again: {}",
                        result.error());
    if (auto const refused = queues_[turn_].failed(tools_.time.now())) {
      outbox_.drained(refused->number);
      give_up(*refused, result.error());
      if (refused->where) disk_->done(*refused->where);
      held_ -= refused->where ? 0 : 1;
    }
  }
  write_next();
}

/// Its description stays in the log: the database will not have it, and later ones must not wait for it.
void keeper::give_up(item const& one, std::string const& why) {
  ++counts_.refused;
  auto const rows = one.where ? rows_of(one) : std::unexpected(std::string("it cannot be read"));
  tools_.log->error("given up, because the database will never accept it: {}: {}", rows ? about(*rows) : one.about,
                    why);
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
