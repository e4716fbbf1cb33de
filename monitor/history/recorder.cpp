#include "monitor/history/recorder.hpp"

#include <algorithm>
#include <numeric>

namespace vendaval::monitor {
namespace {

bool is_bank(std::string_view id) { return id != no_institution && id != unknown_institution; }

/// Judged calls of one bank, the app's and ours; what faults made bad is left out.
struct judged_calls {
  std::uint64_t all = 0;
  std::array<std::uint64_t, outcome_count> bad{};

  void add(sql::history_counts const& n, std::uint64_t probes_bad) {
    all += static_cast<std::uint64_t>(n.good + n.bad - n.injected_bad + n.probes_good) + probes_bad;
  }
  bool mostly(std::size_t outcome) const { return bad[outcome] != 0 && 2 * bad[outcome] >= all; }
};

std::uint64_t sum_of(std::array<std::uint64_t, outcome_count> const& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

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
  auto& of = open_[began][{x.institution, x.what}].of;
  if (x.counts == weight::good)
    ++of.counts.probes_good;
  else
    ++of.probes[static_cast<std::size_t>(x.result)];
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
  struct seen_of {
    judged_calls reached, any;
  };
  std::map<std::string_view, seen_of> banks;
  for (auto const& [of, c] : m) {
    if (!is_bank(of.first)) continue;
    auto& bank = banks[of.first];
    auto const take = [&c](judged_calls& into) {
      into.add(c.of.counts, sum_of(c.of.probes));
      for (std::size_t i = 0; i != outcome_count; ++i) into.bad[i] += c.bad[i] + c.of.probes[i];
    };
    take(bank.any);
    if (bank_touching().has(of.second)) take(bank.reached);
  }
  std::array<bool, outcome_count> shared{};
  for (std::size_t i = 0; i != outcome_count; ++i) {
    auto const has_it = [i](auto const& bank) {
      auto const& calls = bank.second.reached.all != 0 ? bank.second.reached : bank.second.any;
      return calls.mostly(i);
    };
    shared[i] = std::ranges::count_if(banks, has_it) >= static_cast<std::ptrdiff_t>(shared_by);
  }
  return shared;
}

void recorder::hand_out(wall_time began, minute& m, std::vector<sql::history_row>& rows) const {
  auto const shared = shared_trouble(m);
  for (auto& [of, c] : m) {
    for (std::size_t i = 0; i != outcome_count; ++i) {
      if (shared[i]) continue;
      c.of.counts.bank_bad += static_cast<std::int64_t>(c.bad[i]);
      c.of.counts.probes_bad += static_cast<std::int64_t>(c.of.probes[i]);
    }
    auto& row = rows.emplace_back();
    row.institution_id = of.first;
    row.began_at = began;
    row.operation = name_of(of.second);
    row.writer = writer_;
    write(c.of, row);
  }
}

}  // namespace vendaval::monitor
