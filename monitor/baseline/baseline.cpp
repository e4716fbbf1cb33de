#include "monitor/baseline/baseline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "monitor/detect/binomial.hpp"

namespace vendaval::monitor {
namespace {

constexpr double normal_spread = 1.4826;  // MAD of a normal distribution × this = its standard deviation
constexpr auto brasilia = std::chrono::hours(-3);

struct local {
  std::chrono::sys_days day;
  unsigned hour = 0, weekday = 0;  // 0 = Sunday
};

local there(wall_time t, std::set<std::chrono::sys_days> const& holidays) {
  auto const shifted = t + brasilia;
  auto const day = std::chrono::floor<std::chrono::days>(shifted);
  auto const hour = std::chrono::duration_cast<std::chrono::hours>(shifted - day).count();
  auto const weekday = holidays.contains(day) ? 0u : std::chrono::weekday(day).c_encoding();
  return {day, static_cast<unsigned>(hour), weekday};
}

bool near_hour(local const& a, local const& b) {
  auto const apart = (a.hour + 24 - b.hour) % 24;
  return apart <= 1 || apart == 23;
}
bool weekend(local const& l) { return l.weekday == 0 || l.weekday == 6; }

double median_of(std::vector<double> all) {
  auto const middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::ranges::nth_element(all, middle);
  if (all.size() % 2 != 0) return *middle;
  return (*middle + *std::max_element(all.begin(), middle)) / 2;
}

double log_seconds(duration d) { return std::log(std::max(std::chrono::duration<double>(d).count(), 1e-6)); }
/// To whole milliseconds: it is shown to people.
duration from_log(double l) {
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(std::exp(std::min(l, 10.0))));
}

using stretches = std::vector<sample const*>;

std::uint64_t calls_in(stretches const& all) {
  std::uint64_t n = 0;
  for (auto const* s : all) n += s->calls;
  return n;
}
std::uint64_t bad_in(stretches const& all) {
  std::uint64_t n = 0;
  for (auto const* s : all) n += s->bad;
  return n;
}

template <class Like>
stretches those(stretches const& clean, Like&& like) {
  stretches out;
  for (auto const* s : clean)
    if (like(*s)) out.push_back(s);
  return out;
}

/// The narrowest pool that has enough to say, newest history first.
std::pair<pool, stretches> choose(stretches const& clean, baseline const& b, baseline_settings const& s) {
  auto const now = there(b.at, s.holidays);
  auto const hour_like = [&](sample const& x) { return near_hour(there(x.at, s.holidays), now); };
  if (b.clean_days >= s.weekly_after) {
    auto same = those(clean, [&](sample const& x) {
      return hour_like(x) && there(x.at, s.holidays).weekday == now.weekday &&
             b.at - x.at <= std::chrono::days(7 * s.same_hours + 1);
    });
    if (calls_in(same) >= s.shrink) return {pool::hour_of_week, std::move(same)};
    auto alike =
        those(clean, [&](sample const& x) { return hour_like(x) && weekend(there(x.at, s.holidays)) == weekend(now); });
    if (calls_in(alike) >= s.shrink) return {pool::day_type, std::move(alike)};
  } else {
    auto same = those(clean, hour_like);
    if (calls_in(same) >= s.shrink) return {pool::hour_of_day, std::move(same)};
  }
  return {pool::institution, clean};
}

void learn_latency(baseline& b, stretches const& chosen, baseline_settings const& s) {
  std::vector<double> logs;
  for (auto const* x : chosen)
    if (x->p95 && x->calls > 0) logs.push_back(log_seconds(*x->p95));
  if (logs.empty()) return;
  auto const middle = median_of(logs);
  for (auto& l : logs) l = std::abs(l - middle);
  b.median = from_log(middle);
  b.spread = std::max(median_of(std::move(logs)), s.least_spread);
  auto const learned = from_log(middle + s.fire * normal_spread * b.spread);
  b.bounded = learned > b.latency_limit;
  b.latency_limit = std::min(learned, b.latency_limit);
  b.latency_clear = std::min(from_log(middle + s.clear * normal_spread * b.spread), b.latency_limit);
}

void learn_errors(baseline& b, stretches const& chosen, stretches const& clean, baseline_settings const& s) {
  auto const n = static_cast<double>(calls_in(chosen)), all = static_cast<double>(calls_in(clean));
  auto const own = n > 0 ? static_cast<double>(bad_in(chosen)) / n : 0;
  auto const whole = all > 0 ? static_cast<double>(bad_in(clean)) / all : 0;
  auto const weight = n / (n + static_cast<double>(s.shrink));
  b.usual_errors = weight * own + (1 - weight) * whole;
  b.error_limit = std::min(b.usual_errors + s.error_margin, s.static_errors.share());
}

/// What a rule's window holds of so many calls of a stretch.
std::uint64_t held(std::uint64_t n, rule_window const& w, baseline_settings const& s) {
  if (w.lasts >= s.stretch) return n;
  auto const share = std::chrono::duration<double>(w.lasts) / std::chrono::duration<double>(s.stretch);
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(n) * share));
}

std::uint64_t timed(sample const& x) { return x.latencies.empty() ? x.calls : x.latencies.count(); }

bool is_slow(sample const& x, duration limit, rule_window const& w, baseline_settings const& s) {
  return x.p95 && *x.p95 > limit && held(timed(x), w, s) >= w.least;
}

/// Could so many calls be over the limit of a bank whose p95 is just at it?
bool by_accident(sample const& x, duration limit, baseline_settings const& s) {
  if (x.latencies.empty()) return false;
  auto const slow = held(x.latencies.longer_than(limit), s.slow, s);
  return binomial_tail(held(timed(x), s.slow, s), slow, slower_than_p95) >= s.chance;
}

double errors_of(sample const& x) {
  return x.calls == 0 ? 0 : static_cast<double>(x.bad) / static_cast<double>(x.calls);
}

bool is_fine(sample const& x, duration slow, double errors, baseline_settings const& s) {
  return x.calls >= s.clear_samples && x.p95 && *x.p95 <= slow && errors_of(x) <= errors;
}

}  // namespace

baseline learn(std::span<sample const> history, wall_time at, baseline_settings const& s) {
  baseline b;
  b.at = at;
  b.fire = s.fire;
  b.least_days = s.least_days;
  b.static_latency = b.latency_limit = b.latency_clear = s.static_latency;
  b.static_errors = s.static_errors;
  b.error_limit = s.static_errors.share();
  if (s.relaxed && at < s.relaxed->until) {
    b.approved_by = s.relaxed->by;
    b.latency_limit = b.latency_clear = std::max(s.relaxed->latency, s.static_latency);
  }
  stretches clean;
  std::set<std::chrono::sys_days> days;
  for (auto const& x : history) {
    if (x.at >= at) continue;  // nobody knows the future
    ++b.left_out[static_cast<std::size_t>(x.excluded)];
    if (x.excluded != exclusion::none) continue;
    clean.push_back(&x);
    days.insert(there(x.at, {}).day);
  }
  b.left_out[0] = 0;
  b.clean_days = static_cast<unsigned>(days.size());
  if (b.clean_days < s.least_days) return b;
  auto [from, chosen] = choose(clean, b, s);
  b.from = from;
  b.stretches = chosen.size();
  b.calls = calls_in(chosen);
  learn_latency(b, chosen, s);
  learn_errors(b, chosen, clean, s);
  return b;
}

judgement_of judge(baseline const& b, sample const& now, baseline_settings const& s) {
  judgement_of j;
  if (b.from == pool::learning) return j;
  auto const calls = held(now.calls, s.failing, s), bad = held(now.bad, s.failing, s);
  j.slow = is_slow(now, b.latency_limit, s.slow, s) && !by_accident(now, b.latency_limit, s);
  j.chance = binomial_tail(calls, bad, b.error_limit);
  j.failing = calls >= s.failing.least && bad > 0 && j.chance < s.chance;
  j.fine = is_fine(now, b.latency_clear, b.error_limit, s);
  return j;
}

judgement_of judge_written(sample const& now, baseline_settings const& s) {
  judgement_of j;
  j.slow = is_slow(now, s.static_latency, s.static_slow, s);
  j.failing =
      held(now.calls, s.static_failing, s) >= s.static_failing.least && errors_of(now) > s.static_errors.share();
  j.fine = is_fine(now, s.static_latency, s.static_errors.share(), s);
  return j;
}

std::string limits_in_words(baseline const& b) {
  static constexpr std::array<std::string_view, 7> days{"domingo", "segunda", "terça", "quarta",
                                                        "quinta",  "sexta",   "sábado"};
  auto const when = there(b.at, {});
  auto text = fmt::format("{} {}h: ", days[when.weekday], when.hour);
  if (b.from == pool::learning)
    return text + fmt::format("ainda aprendendo ({} de {} dias limpos), valem só os limites fixos, p95 {} e erros {}",
                              b.clean_days, b.least_days, show(b.static_latency), show(b.static_errors));
  if (b.median)
    text += fmt::format("p95 usual {}, limite {}", for_people(*b.median), for_people(b.latency_limit));
  else
    text += fmt::format("limite de p95 {}", for_people(b.latency_limit));
  if (b.bounded) text += " (o fixo, mais estreito que o aprendido)";
  if (!b.approved_by.empty()) text += fmt::format(" (afrouxado por {})", b.approved_by);
  return text + fmt::format("; falhas usuais {:.2f}%, limite {:.2f}%; aprendido de {} trechos limpos ({})",
                            b.usual_errors * 100, b.error_limit * 100, b.stretches, name_of(b.from));
}

std::string explain(std::string_view bank, baseline const& b, std::optional<sample> const& now) {
  auto text = fmt::format("{}, {}", bank, limits_in_words(b));
  if (!now) return text + ".";
  if (now->p95) text += fmt::format("; visto: p95 de {}", for_people(*now->p95));
  return text + fmt::format("; {} de {} chamadas falharam, por acaso {:.2g}.", now->bad, now->calls,
                            binomial_tail(now->calls, now->bad, b.error_limit));
}

}  // namespace vendaval::monitor
