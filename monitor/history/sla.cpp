#include "monitor/history/sla.hpp"

#include <algorithm>
#include <cmath>

#include "monitor/traffic/tally.hpp"

namespace vendaval::monitor {
namespace {

constexpr double fast_limit = 14.4, slow_limit = 6;
constexpr std::int64_t few_a_day = 1000;

/// Counts of all operations, and of those that reach the bank.
struct both_counts {
  sql::history_counts all, bank;
};

void add(sql::history_counts& to, sql::history_counts const& more, std::int64_t sign) {
  to.good += sign * more.good;
  to.bad += sign * more.bad;
  to.injected_bad += sign * more.injected_bad;
  to.platform += sign * more.platform;
  to.injected_platform += sign * more.injected_platform;
  to.bank_bad += sign * more.bank_bad;
  to.probes_good += sign * more.probes_good;
  to.probes_bad += sign * more.probes_bad;
}

/// What is excluded may be counted already in the minutes and not yet in the hours that it is taken off.
void none_below_zero(sql::history_counts& n) {
  for (auto* const count : {&n.good, &n.bad, &n.injected_bad, &n.platform, &n.injected_platform, &n.bank_bad,
                            &n.probes_good, &n.probes_bad})
    *count = std::max<std::int64_t>(*count, 0);
}

bool reaches_bank(std::string_view operation_name) {
  for (std::size_t o = 0; o != operation_count; ++o)
    if (operation_names[o] == operation_name) return bank_touching().has(static_cast<operation>(o));
  return false;
}

both_counts counts_of(std::span<sql::history_sum const> sums, std::span<sql::history_sum const> excluded) {
  both_counts n;
  auto const take = [&](std::span<sql::history_sum const> from, std::int64_t sign) {
    for (auto const& sum : from) {
      add(n.all, sum.counts, sign);
      if (reaches_bank(sum.operation)) add(n.bank, sum.counts, sign);
    }
  };
  take(sums, 1);
  take(excluded, -1);
  none_below_zero(n.all);
  none_below_zero(n.bank);
  return n;
}

std::vector<sql::history_sum> of_institution(std::vector<sql::history_sum> const& all, std::string const& id) {
  std::vector<sql::history_sum> some;
  std::ranges::copy_if(all, std::back_inserter(some), [&](auto const& s) { return s.institution_id == id; });
  return some;
}

std::optional<double> burn_rate(call_share const& calls, percent target) {
  auto const value = calls.value();
  if (!value) return std::nullopt;
  return (1 - value->share()) / std::max(1 - target.share(), 1e-9);
}

error_budget budget_of(call_share const& calls, duration window, percent target) {
  error_budget b;
  auto const room = 1 - target.share();
  auto const failed = calls.calls() == 0 ? 0 : static_cast<double>(calls.failed) / static_cast<double>(calls.calls());
  auto const length = static_cast<double>(window.count());
  b.allowed = duration(static_cast<duration::rep>(std::llround(length * room)));
  b.used = duration(static_cast<duration::rep>(std::llround(length * failed)));
  b.allowed_failures = static_cast<std::int64_t>(std::floor(static_cast<double>(calls.calls()) * room + 1e-6));
  b.failures = calls.failed;
  b.left = room > 0 ? 1 - failed / room : failed > 0 ? -1 : 1;
  return b;
}

struct side_facts {
  drilled availability::* which;
  availability const& whole;
  std::array<availability, burn_windows.size()> const& recent;
  duration window;
  percent target;
};

sla_side side_of(side_facts const& f) {
  sla_side side;
  side.shares = f.whole.*f.which;
  auto const& judged = side.shares.without_drills;
  side.budget = budget_of(judged, f.window, f.target);
  auto const rate = [&](std::size_t i) { return burn_rate((f.recent[i].*f.which).without_drills, f.target); };
  side.fast = {fast_limit, burn_windows[2], burn_windows[0], rate(2), rate(0)};
  side.slow = {slow_limit, burn_windows[3], burn_windows[1], rate(3), rate(1)};
  if (judged.calls() != 0) side.met = judged.value()->value >= f.target.value;
  return side;
}

duration excluded_time(sla_facts const& facts, std::string const& id) {
  duration sum{0};
  for (auto const& m : facts.maintenance)
    if (m.excluded && m.window.institution_id == id)
      sum +=
          std::max<duration>(duration(0), std::min(m.window.until, facts.until) - std::max(m.window.from, facts.from));
  return sum;
}

}  // namespace

std::optional<percent> call_share::value() const {
  if (calls() == 0) return std::nullopt;
  return percent::of(static_cast<double>(good), static_cast<double>(calls()));
}

availability availability_of(std::span<sql::history_sum const> sums, std::span<sql::history_sum const> excluded) {
  auto const n = counts_of(sums, excluded);
  availability a;
  auto const felt = n.all.bad + n.all.platform, by_drills = n.all.injected_bad + n.all.injected_platform;
  a.end_to_end = {{n.all.good, felt - by_drills}, {n.all.good, felt}};
  a.every_operation = n.bank.good + n.bank.bad + n.bank.probes_good + n.bank.probes_bad == 0;
  auto const& b = a.every_operation ? n.all : n.bank;
  auto const good = b.good + b.probes_good, own = b.bank_bad + b.probes_bad;
  a.attributable = {{good, own}, {good, own + b.injected_bad}};
  return a;
}

sla_report judge(sla_facts facts) {
  sla_report report{facts.from, facts.until, facts.target, {}, {}};
  auto const days = std::max(std::chrono::duration<double, std::ratio<86400>>(facts.until - facts.from).count(), 1e-9);
  for (auto const& id : facts.institutions) {
    auto const without = [&](std::vector<sql::history_sum> const& sums, sums_by_institution const& excluded) {
      auto const its = excluded.find(id);
      return availability_of(of_institution(sums, id),
                             its == excluded.end() ? std::span<sql::history_sum const>() : std::span(its->second));
    };
    auto const whole = without(facts.whole, facts.excluded);
    std::array<availability, burn_windows.size()> recent;
    for (std::size_t i = 0; i != recent.size(); ++i) recent[i] = without(facts.recent[i], facts.excluded_recently[i]);
    auto const window = duration(facts.until - facts.from) - excluded_time(facts, id);
    auto const side = [&](drilled availability::* which) {
      return side_of({which, whole, recent, window, facts.target});
    };
    auto const calls = whole.end_to_end.with_drills.calls();
    report.lines.push_back({id, side(&availability::end_to_end), side(&availability::attributable),
                            whole.every_operation, static_cast<double>(calls) < few_a_day * days});
  }
  report.maintenance = std::move(facts.maintenance);
  return report;
}

}  // namespace vendaval::monitor
