#include "monitor/history/recorder.hpp"

#include <algorithm>

namespace vendaval::monitor {
namespace {

bool is_bank(std::string_view id) { return id != no_institution && id != unknown_institution; }

}  // namespace

void recorder::observe(exchange const& x, wall_time ended) {
  auto const began = std::max<wall_time>(std::chrono::floor<std::chrono::minutes>(ended), first_open_);
  auto& c = open_[began][{x.institution, x.what}];
  c.of.add(x);
  if (x.counts == weight::bad && !x.injected) ++c.bad[static_cast<std::size_t>(x.result)];
}

void recorder::probed(exchange const& x, wall_time ended) {
  if (x.injected || x.counts == weight::neither) return;
  auto const began = std::max<wall_time>(std::chrono::floor<std::chrono::minutes>(ended), first_open_);
  auto& counts = open_[began][{x.institution, x.what}].of.counts;
  ++(x.counts == weight::good ? counts.probes_good : counts.probes_bad);
}

std::vector<sql::history_row> recorder::take(wall_time now) {
  std::vector<sql::history_row> rows;
  auto const over = std::chrono::floor<std::chrono::minutes>(now - grace);
  for (; !open_.empty() && open_.begin()->first < over; open_.erase(open_.begin()))
    hand_out(open_.begin()->first, open_.begin()->second, rows);
  first_open_ = std::max<wall_time>(first_open_, over);
  return rows;
}

std::vector<sql::history_row> recorder::take_all() {
  std::vector<sql::history_row> rows;
  for (auto& [began, m] : open_) hand_out(began, m, rows);
  if (!open_.empty()) first_open_ = open_.rbegin()->first + 1min;
  open_.clear();
  return rows;
}

std::array<bool, outcome_count> recorder::shared_trouble(minute const& m) {
  struct reached {
    std::uint64_t judged = 0;
    std::array<std::uint64_t, outcome_count> bad{};
  };
  std::map<std::string_view, reached> banks;
  for (auto const& [of, c] : m) {
    if (!is_bank(of.first) || !bank_touching().has(of.second)) continue;
    auto& bank = banks[of.first];
    bank.judged += static_cast<std::uint64_t>(c.of.counts.good + c.of.counts.bad - c.of.counts.injected_bad);
    for (std::size_t i = 0; i != outcome_count; ++i) bank.bad[i] += c.bad[i];
  }
  std::array<bool, outcome_count> shared{};
  for (std::size_t i = 0; i != outcome_count; ++i) {
    auto const has_it = [i](auto const& bank) {
      return bank.second.bad[i] != 0 && 2 * bank.second.bad[i] >= bank.second.judged;
    };
    shared[i] = std::ranges::count_if(banks, has_it) >= static_cast<std::ptrdiff_t>(shared_by);
  }
  return shared;
}

void recorder::hand_out(wall_time began, minute& m, std::vector<sql::history_row>& rows) const {
  auto const shared = shared_trouble(m);
  for (auto& [of, c] : m) {
    for (std::size_t i = 0; i != outcome_count; ++i)
      if (!shared[i]) c.of.counts.bank_bad += static_cast<std::int64_t>(c.bad[i]);
    auto& row = rows.emplace_back();
    row.institution_id = of.first;
    row.began_at = began;
    row.operation = name_of(of.second);
    row.writer = writer_;
    write(c.of, row);
  }
}

}  // namespace vendaval::monitor
