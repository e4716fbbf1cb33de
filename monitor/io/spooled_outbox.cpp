#include "monitor/io/spooled_outbox.hpp"

#include <algorithm>

namespace vendaval::monitor {
namespace {

constexpr duration look_again = 5s;  // for one that is on its way from here

}  // namespace

void spooled_outbox::add(std::uint64_t record, sql::batch const& rows, bool safe) {
  for (auto row : rows.outbox) {
    if (fates_.contains(row.dedup_key)) continue;
    if (auto* const known = find(row.dedup_key)) {
      known->safe |= safe;
      continue;
    }
    row.id = next_id_--;
    entries_.push_back({.row = std::move(row), .record = record, .safe = safe});
  }
  for (auto const& mark : rows.outbox_marks) settle(mark, record);
}

void spooled_outbox::drained(std::uint64_t record, std::vector<sql::outbox_row> const& there) {
  for (auto const& row : there) stored(row);
  arrived(record);
  std::erase_if(entries_, [&](entry& e) {
    if (e.record != record || e.stored) return false;
    e.stored = true;
    return !e.sending;
  });
}

/// What the database has of it is the truth, except of one that is being sent.
void spooled_outbox::stored(sql::outbox_row const& row) {
  if (row.reference) remember(row, *row.reference);
  if (fates_.contains(row.dedup_key)) return;
  auto* const known = find(row.dedup_key);
  if (known) known->stored = true;
  bool const sending = known && known->sending;
  if (row.accepted_at && !sending)
    settle({row.dedup_key, *row.accepted_at, "", row.reference}, 0);
  else if (row.failed_at && !sending)
    settle({row.dedup_key, *row.failed_at, row.last_error.value_or("given up"), {}}, 0);
  else if (!known)
    insert(row);
}

void spooled_outbox::given_up(std::uint64_t record) {
  arrived(record);
  std::erase_if(entries_, [&](entry const& e) { return e.record == record && !e.stored && !e.sending; });
}

/// Marks that come no more: the database has them, or never will.
void spooled_outbox::arrived(std::uint64_t record) {
  for (auto [at, end] = under_way_.equal_range(record); at != end; at = under_way_.erase(at)) {
    auto const known = fates_.find(at->second);
    if (known == fates_.end() || known->second.record != record) continue;
    known->second.record = 0;
    forget_later(at->second);
  }
}

std::vector<sql::outbox_row> spooled_outbox::claim(wall_time now, duration lease, int limit,
                                                   std::span<std::string const> except) {
  std::vector<sql::outbox_row> claimed;
  std::set<std::pair<std::string, std::string>> before;  // incident and channel with something on its way
  for (auto& e : entries_) {
    if (claimed.size() == static_cast<std::size_t>(limit)) break;
    auto& row = e.row;
    bool const first = !row.incident_id || before.emplace(*row.incident_id, row.channel).second;
    bool const busy = std::ranges::find(except, row.channel) != except.end();
    bool const leased = (row.leased_until && *row.leased_until > now) || (e.sending && e.stored);
    bool const nowhere = !e.safe && !e.stored;
    bool const there = e.stored && e.sending;  // its end will be told
    if (!first || busy || leased || nowhere || there || row.next_attempt_at > now) continue;
    row.leased_until = now + std::chrono::ceil<wall_time::duration>(lease);
    e.sending = true;
    ++row.attempts;
    row.reference = reference_of(row);
    claimed.push_back(row);
  }
  return claimed;
}

void spooled_outbox::retry(std::int64_t id, std::string error, wall_time next_attempt) {
  auto const e = std::ranges::find(entries_, id, [](entry const& one) { return one.row.id; });
  if (e != entries_.end()) retried(e->row.dedup_key, std::move(error), next_attempt);
}

void spooled_outbox::retried(std::string_view key, std::string error, wall_time next_attempt) {
  auto* const e = find(key);
  if (!e) return;
  e->sending = false;
  e->row.leased_until.reset();
  e->row.last_error = std::move(error);
  e->row.next_attempt_at = next_attempt;
}

std::optional<sql::outbox_mark> spooled_outbox::accepted(std::int64_t id, wall_time at,
                                                         std::optional<std::string> reference) {
  return settle(id, {.at = at, .reference = std::move(reference)});
}

std::optional<sql::outbox_mark> spooled_outbox::dead(std::int64_t id, std::string error, wall_time at) {
  return settle(id, {.at = at, .error = std::move(error)});
}

std::optional<sql::outbox_mark> spooled_outbox::settle(std::int64_t id, sql::outbox_mark mark) {
  auto const e = std::ranges::find(entries_, id, [](entry const& one) { return one.row.id; });
  if (e == entries_.end()) return std::nullopt;
  mark.dedup_key = e->row.dedup_key;
  settle(mark, 0);
  return mark;
}

void spooled_outbox::settled(sql::outbox_mark mark) { settle(std::move(mark), 0); }

/// Known from now on, at least until the database knows it too: it would give the row out once more.
void spooled_outbox::settle(sql::outbox_mark mark, std::uint64_t record) {
  auto const key = mark.dedup_key;
  if (auto const e = std::ranges::find(entries_, key, [](entry const& one) { return one.row.dedup_key; });
      e != entries_.end()) {
    if (mark.reference) remember(e->row, *mark.reference);
    entries_.erase(e);
  }
  auto const [known, first] = fates_.try_emplace(key, fate{std::move(mark), record});  // the first answer counts
  if (record)
    known->second.record = record, under_way_.emplace(record, key);
  else if (first)
    forget_later(key);
}

void spooled_outbox::forget_later(std::string key) {
  old_.push_back(std::move(key));
  if (old_.size() <= fates_remembered) return;
  if (auto const oldest = fates_.find(old_.front()); oldest != fates_.end() && oldest->second.record == 0)
    fates_.erase(oldest);
  old_.pop_front();
}

std::optional<wall_time> spooled_outbox::take(sql::outbox_row const& row, wall_time now) {
  auto* known = find(row.dedup_key);
  if (!known) known = &insert(row);
  auto& here = known->row;
  known->stored = true;
  if (known->sending) return now + std::chrono::ceil<wall_time::duration>(look_again);
  if (here.next_attempt_at > now) return here.next_attempt_at;
  known->sending = true;
  here.leased_until = row.leased_until;
  here.attempts = std::max(here.attempts, row.attempts);
  return std::nullopt;
}

/// Among the others as it was written, however late we hear of it.
spooled_outbox::entry& spooled_outbox::insert(sql::outbox_row row) {
  auto const later = std::ranges::find_if(entries_, [&](entry const& e) { return e.row.created_at > row.created_at; });
  row.id = next_id_--;
  return *entries_.insert(later, entry{.row = std::move(row), .stored = true});
}

spooled_outbox::entry* spooled_outbox::find(std::string_view key) {
  auto const e = std::ranges::find(entries_, key, [](entry const& one) { return std::string_view(one.row.dedup_key); });
  return e == entries_.end() ? nullptr : &*e;
}

sql::outbox_mark const* spooled_outbox::fate_of(std::string_view key) const {
  auto const known = fates_.find(key);
  return known == fates_.end() ? nullptr : &known->second.mark;
}

bool spooled_outbox::knows(std::string_view key) const {
  return fates_.contains(key) || std::ranges::any_of(entries_, [&](entry const& e) { return e.row.dedup_key == key; });
}

void spooled_outbox::remember(sql::outbox_row const& row, std::string const& reference) {
  if (!row.incident_id || reference_of(row)) return;
  if (references_.size() == remembered) references_.pop_front();
  references_.push_back({*row.incident_id, row.channel, reference});
}

std::optional<std::string> spooled_outbox::reference_of(sql::outbox_row const& row) const {
  auto const is_first = [&](first_message const& m) {
    return m.incident == row.incident_id && m.channel == row.channel;
  };
  auto const found = std::ranges::find_if(references_, is_first);
  return found == references_.end() ? std::nullopt : std::optional(found->reference);
}

std::size_t spooled_outbox::waiting() const {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [](entry const& e) { return !e.stored; }));
}

}  // namespace vendaval::monitor
