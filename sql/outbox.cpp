// The outbox: claim with a lease, then say what became of it.
#include <fmt/format.h>

#include <stdexcept>

#include "sql/store_impl.hpp"
#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

constexpr std::string_view due =
    "WHERE accepted_at IS NULL AND failed_at IS NULL AND next_attempt_at <= :now"
    " AND (leased_until IS NULL OR leased_until <= :now_again)"
    " AND NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.incident_id = waiting.incident_id"
    " AND before.channel = waiting.channel AND before.id < waiting.id"
    " AND before.accepted_at IS NULL AND before.failed_at IS NULL)";
constexpr std::string_view in_turn = " ORDER BY next_attempt_at, id LIMIT :limit ";

/// What the receiver called the first message about the same incident.
std::optional<std::string> first_reference(connection& on, outbox_row const& row) {
  if (!row.incident_id) return std::nullopt;
  auto const found = store_rows<outbox_row>(
      on, "WHERE incident_id = :incident AND channel = :channel AND reference IS NOT NULL ORDER BY id LIMIT 1",
      {*row.incident_id, row.channel});
  return found.empty() ? std::nullopt : found.front().reference;
}

/// Changes one notification that is still on its way. One that is settled stays as it is: the first answer counts.
void settle(connection& on, std::int64_t id, std::string const& change, values given) {
  given.push_back(std::to_string(id));
  auto const text = fmt::format(
      "UPDATE outbox SET {}, leased_until = NULL WHERE id = :id AND accepted_at IS NULL AND failed_at IS NULL", change);
  if (on.execute(text, given) == 1) return;
  if (on.query("SELECT 1 FROM outbox WHERE id = :id", {std::to_string(id)}, 1).empty())
    throw std::runtime_error(fmt::format("there is no notification {} in the outbox", id));
}

}  // namespace

result<std::vector<outbox_row>> store::claim(wall_time now, duration lease, int limit,
                                             std::span<std::string const> except) {
  auto const until =
      std::chrono::floor<std::chrono::milliseconds>(now + std::chrono::ceil<std::chrono::milliseconds>(lease));
  return impl_->write([&](connection& on) {
    values given{iso8601(now), iso8601(now)};
    std::string text(due);
    for (auto const& channel : except) {
      text += fmt::format(" AND channel <> :not{}", given.size());
      given.push_back(clean(channel));
    }
    given.push_back(std::to_string(limit));
    text.append(in_turn).append(on.speaks().for_claim);
    auto claimed = store_rows<outbox_row>(on, text, given);
    for (auto& row : claimed) {
      row.reference = first_reference(on, row);
      row.leased_until = until;
      ++row.attempts;
      on.execute("UPDATE outbox SET leased_until = :until, attempts = :attempts WHERE id = :id",
                 {iso8601(until), std::to_string(row.attempts), std::to_string(row.id)});
    }
    return claimed;
  });
}

result<> store::accepted(std::int64_t id, wall_time at, std::optional<std::string> const& reference) {
  return impl_->write([&](connection& on) {
    settle(on, id, "accepted_at = :at, reference = :reference, last_error = NULL",
           {iso8601(at), reference ? value(clean(*reference)) : value()});
  });
}

result<> store::retry(std::int64_t id, std::string_view error, wall_time next_attempt) {
  return impl_->write([&](connection& on) {
    settle(on, id, "last_error = :error, next_attempt_at = :next", {clean(error), iso8601(next_attempt)});
  });
}

result<> store::dead(std::int64_t id, std::string_view error, wall_time at) {
  return impl_->write(
      [&](connection& on) { settle(on, id, "last_error = :error, failed_at = :at", {clean(error), iso8601(at)}); });
}

result<std::vector<channel_proof>> store::channel_proofs() {
  return impl_->read([&](connection& on) {
    std::vector<channel_proof> all;
    for (auto const& row : on.query("SELECT channel, max(accepted_at) FROM outbox WHERE accepted_at IS NOT NULL"
                                    " GROUP BY channel ORDER BY channel",
                                    {}, 2))
      all.push_back({row.at(0).value_or(""), parse_time(row.at(1).value_or(""))});
    return all;
  });
}

result<std::vector<outbox_row>> store::outbox_of(std::string_view incident_id) {
  return impl_->read([&](connection& on) {
    return store_rows<outbox_row>(on, "WHERE incident_id = :id ORDER BY id", {uuid_text(incident_id, "incident id")});
  });
}

result<std::vector<outbox_row>> store::dead_letters(int limit) {
  return impl_->rows<outbox_row>("WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT :limit",
                                 {std::to_string(limit)});
}

}  // namespace vendaval::sql
