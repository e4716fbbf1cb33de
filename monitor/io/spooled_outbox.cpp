#include "monitor/io/spooled_outbox.hpp"

#include <algorithm>

namespace vendaval::monitor {

void spooled_outbox::add(std::uint64_t record, sql::batch const& rows) {
  for (auto row : rows.outbox) {
    bool const known = std::ranges::any_of(entries_, [&](entry const& e) { return e.row.dedup_key == row.dedup_key; });
    if (known) continue;
    row.id = next_id_--;
    entries_.push_back({std::move(row), record, false});
  }
  for (auto const& mark : rows.outbox_marks)
    std::erase_if(entries_, [&](entry const& e) {
      bool const settled = e.row.dedup_key == mark.dedup_key;
      if (settled && mark.reference) remember(e.row, *mark.reference);
      return settled;
    });
}

void spooled_outbox::drained(std::uint64_t record) {
  for (auto& e : entries_) e.drained |= e.record == record;
  std::erase_if(entries_, [](entry const& e) { return e.drained && !e.row.leased_until; });
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
    bool const leased = row.leased_until && *row.leased_until > now;
    if (!first || busy || leased || e.drained || row.next_attempt_at > now) continue;
    row.leased_until = now + std::chrono::ceil<wall_time::duration>(lease);
    ++row.attempts;
    row.reference = reference_of(row);
    claimed.push_back(row);
  }
  return claimed;
}

void spooled_outbox::retry(std::int64_t id, std::string error, wall_time next_attempt) {
  auto const e = std::ranges::find(entries_, id, [](entry const& one) { return one.row.id; });
  if (e == entries_.end()) return;
  if (e->drained) {  // the database has it now, and knows of no lease
    entries_.erase(e);
    return;
  }
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
  if (mark.reference) remember(e->row, *mark.reference);
  entries_.erase(e);
  return mark;
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
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [](entry const& e) { return !e.drained; }));
}

}  // namespace vendaval::monitor
