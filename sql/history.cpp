// What passed, rolled up and let go in small steps.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "sql/store_impl.hpp"
#include "sql/text.hpp"

namespace vendaval::sql {
namespace {

constexpr std::string_view key_columns = "institution_id, grain, began_at, operation, writer";
constexpr std::string_view key_is =
    "institution_id = :institution AND grain = :grain AND began_at = :began AND operation = :operation AND writer = "
    ":writer";

values key_of(history_row const& row) {
  return {row.institution_id, row.grain, iso8601(row.began_at), row.operation, row.writer};
}

/// Hours and days as they grow; read once, written once.
class growing {
 public:
  growing(connection& on, history_rules const& rules) : on_(on), rules_(rules) {}

  void add(history_row const& minute) {
    for (auto& bucket : rules_.buckets(minute)) {
      auto const [place, is_new] = sums_.try_emplace(key_of(bucket));
      if (is_new) place->second = stored_or(bucket);
      rules_.merge(place->second, minute);
    }
  }
  void write() {
    auto const text = insert_into(table_of<history_row>());
    for (auto const& [key, sum] : sums_) {
      on_.execute(fmt::format("DELETE FROM traffic_history WHERE {}", key_is), key);
      on_.execute(text, columns_of(sum));
    }
  }

 private:
  history_row stored_or(history_row const& empty) {
    auto there = store_rows<history_row>(on_, fmt::format("WHERE {}", key_is), key_of(empty));
    return there.empty() ? empty : std::move(there.front());
  }

  connection& on_;
  history_rules const& rules_;
  std::map<values, history_row> sums_;
};

int remove_some(connection& on, std::string_view which, values given, int limit) {
  given.push_back(std::to_string(limit));
  auto const text = fmt::format(
      "DELETE FROM traffic_history WHERE ({0}) IN (SELECT {0} FROM traffic_history AS old WHERE {1} LIMIT :limit)",
      key_columns, which);
  return static_cast<int>(on.execute(text, given));
}

int remove_metrics(connection& on, wall_time before, int limit) {
  int removed = 0;
  for (auto const& bank : on.query("SELECT DISTINCT institution_id FROM traffic_history WHERE grain = 'day'", {}, 1)) {
    if (removed >= limit) break;
    removed += static_cast<int>(
        on.execute("DELETE FROM banking_connector_metrics WHERE id IN (SELECT id FROM banking_connector_metrics"
                   " WHERE institution_id = :institution AND timestamp < :before ORDER BY timestamp LIMIT :limit)",
                   {bank[0], iso8601(before), std::to_string(limit - removed)}));
  }
  return removed;
}

std::string placeholders(std::size_t count, std::string_view name, values& given, std::span<std::string const> all) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += fmt::format("{}:{}_{}", i == 0 ? "" : ", ", name, i);
    given.emplace_back(all[i]);
  }
  return text;
}

history_sum sum_of(values const& columns) {
  history_sum sum{*columns[0], *columns[1], {}};
  auto& n = sum.counts;
  auto cell = columns.begin() + 2;
  for (auto* const count : {&n.good, &n.bad, &n.injected_bad, &n.platform, &n.injected_platform, &n.bank_bad,
                            &n.probes_good, &n.probes_bad})
    *count = parse_integer(**cell++);
  return sum;
}

void add(history_counts& to, history_counts const& more) {
  to.good += more.good;
  to.bad += more.bad;
  to.injected_bad += more.injected_bad;
  to.platform += more.platform;
  to.injected_platform += more.injected_platform;
  to.bank_bad += more.bank_bad;
  to.probes_good += more.probes_good;
  to.probes_bad += more.probes_bad;
}

}  // namespace

result<int> store::roll_up(int limit, history_rules const& rules) {
  return impl_->write([&](connection& on) {
    on.script(on.speaks().lock_history);
    auto const minutes = store_rows<history_row>(
        on, "WHERE grain = 'minute' AND rolled = 0 ORDER BY began_at LIMIT :limit", {std::to_string(limit)});
    growing sums(on, rules);
    for (auto const& minute : minutes) {
      sums.add(minute);
      on.execute(fmt::format("UPDATE traffic_history SET rolled = 1 WHERE {}", key_is), key_of(minute));
    }
    sums.write();
    return static_cast<int>(minutes.size());
  });
}

result<int> store::prune(history_retention const& older_than, int limit) {
  return impl_->write([&](connection& on) {
    int removed = remove_some(on,
                              "old.grain = 'minute' AND old.rolled = 1 AND old.began_at < :before AND (old.began_at < "
                              ":hours OR NOT EXISTS (SELECT 1 FROM maintenance_windows AS away WHERE "
                              "away.institution_id = old.institution_id AND away.from_at <= old.began_at AND "
                              "old.began_at < away.until_at))",
                              {iso8601(older_than.minutes), iso8601(older_than.hours)}, limit);
    removed += remove_some(on, "old.grain = 'hour' AND old.began_at < :before", {iso8601(older_than.hours)}, limit);
    removed += remove_some(on, "old.grain = 'day' AND old.began_at < :before", {iso8601(older_than.days)}, limit);
    return removed + remove_metrics(on, older_than.metrics, limit);
  });
}

result<std::vector<history_sum>> store::history_sums(std::span<history_span const> spans,
                                                     std::span<std::string const> institution_ids) {
  if (institution_ids.empty()) return std::vector<history_sum>();
  return impl_->read([&](connection& on) {
    std::map<std::pair<std::string, std::string>, history_sum> all;
    for (auto const& span : spans) {
      values given;
      auto const named = placeholders(institution_ids.size(), "institution", given, institution_ids);
      given.insert(given.end(), {span.grain, iso8601(span.from), iso8601(span.until)});
      std::string columns;
      for (auto const* const name :
           {"good", "bad", "injected_bad", "platform", "injected_platform", "bank_bad", "probes_good", "probes_bad"})
        columns += fmt::format(", CAST(sum({}) AS BIGINT)", name);
      auto const text = fmt::format(
          "SELECT institution_id, operation{} FROM traffic_history WHERE institution_id IN ({}) AND grain = :grain AND "
          "began_at >= :from AND began_at < :until GROUP BY institution_id, operation",
          columns, named);
      for (auto const& row : on.query(text, given, 10)) {
        auto sum = sum_of(row);
        auto const [place, is_new] = all.try_emplace({sum.institution_id, sum.operation}, sum);
        if (!is_new) add(place->second.counts, sum.counts);
      }
    }
    std::vector<history_sum> sums;
    for (auto& [key, sum] : all) sums.push_back(std::move(sum));
    return sums;
  });
}

result<std::vector<history_row>> store::history(std::string_view institution_id, history_span const& span) {
  return impl_->rows<history_row>(
      "WHERE institution_id = :institution AND grain = :grain AND began_at >= :from AND began_at < :until"
      " ORDER BY began_at, operation, writer",
      {std::string(institution_id), span.grain, iso8601(span.from), iso8601(span.until)});
}

result<std::vector<std::string>> store::institutions_with_history(wall_time since) {
  return impl_->read([&](connection& on) {
    std::vector<std::string> all;
    for (auto& row : on.query("SELECT DISTINCT institution_id FROM traffic_history WHERE grain = 'day' AND began_at >= "
                              ":since ORDER BY institution_id",
                              {iso8601(since)}, 1))
      all.push_back(*std::move(row[0]));
    return all;
  });
}

result<std::vector<maintenance_row>> store::maintenance(wall_time since, wall_time until) {
  return impl_->rows<maintenance_row>("WHERE until_at > :since AND from_at < :until ORDER BY from_at, id",
                                      {iso8601(since), iso8601(until)});
}

result<> store::withdraw_maintenance(std::span<std::string const> ids, wall_time now) {
  return impl_->write([&](connection& on) {
    for (auto const& id : ids)
      on.execute("DELETE FROM maintenance_windows WHERE id = :id AND from_at > :now",
                 {uuid_text(id, "maintenance id"), iso8601(now)});
  });
}

}  // namespace vendaval::sql
