#pragma once
/// A bank, an app and a monitor just good enough to play a game day against, in virtual time. Armed faults live in the
/// real armed book, so leases, refusals and the kill switch are real.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/dice.hpp"
#include "controller/compress.hpp"
#include "controller/game_day.hpp"
#include "controller/read_scenario.hpp"
#include "monitor/traffic/sketch.hpp"
#include "proxy/faults/armed_book.hpp"
#include "proxy/faults/decide.hpp"

namespace vendaval::controller::test {

inline std::vector<std::string> const some_codes{"institution_down", "institution_unavailable", "unexpected_error"};

inline std::string shipped(std::string const& name) {
  std::ifstream in(std::string(VENDAVAL_SOURCE_DIR "/scenarios/") + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline scenario_context some_context() {
  scenario_context context;
  context.error_codes = some_codes;
  return context;
}

inline scenario s1(unsigned factor = 1) {
  auto read = check_scenario(shipped("s1-banco-fora.toml"), "scenarios/s1-banco-fora.toml", some_context());
  if (!read) throw std::runtime_error(explain(read.error(), shipped("s1-banco-fora.toml")));
  return compress(std::move(*read), factor);
}

inline run_identity some_run(unsigned factor = 1, std::uint64_t seed = 7) {
  run_identity run{"5b0e7a52-2f5b-4c8e-9d27-0a9a5f2d3c11",
                   shipped("s1-banco-fora.toml"),
                   "scenarios/s1-banco-fora.toml",
                   "",
                   seed,
                   factor,
                   "0.1.0",
                   "ana",
                   wall_time(std::chrono::milliseconds(1'768'843'865'120)),
                   {},
                   some_codes};
  for (auto const& bank : mission_institutions().all()) run.institutions.push_back({bank.id, bank.name, bank.aliases});
  return run;
}

/// How the world behaves. The defaults pass.
struct temper {
  unsigned factor = 1;
  std::uint64_t seed = 7;
  bool monitor_notices = true;
  bool breaker_works = true;
  double target_fails_by_itself = 0;
  double others_fail_while_broken = 0;
  bool webhooks = true;  // have a way in
};

class toy_world {
 public:
  toy_world(temper t, std::string target) : temper_(t), target_(std::move(target)), dice_(t.seed) {}

  time_point now() const { return now_; }
  duration tick() const { return temper_.factor == 1 ? duration(1s) : duration(250ms); }
  faults::armed_book& book() { return book_; }

  /// One tick of everybody: the banks answer, the breaker reacts, the monitor looks.
  void pass() {
    now_ += tick();
    book_.expire(now_);
    follow_faults();
    for (auto const& bank : mission_institutions().ids()) {
      for (int i = 0; i < 4; ++i) call(bank, operation::read);
      for (int i = 0; i < 2; ++i) call(bank, operation::retrieve);
      tell_app(bank);
    }
    release();
    watch();
  }

  observation see() {
    observation seen;
    seen.traffic = std::exchange(fresh_, {});
    seen.instants = ledger_;
    if (breaker_.opened) seen.breaker = {"confirmed", breaker_.open, 5, 50000ms / temper_.factor, "calls fell silent"};
    seen.first_bad = first_bad_;
    seen.notices = notices_;
    seen.incident_open = incident_open_;
    if (temper_.webhooks) seen.webhooks = webhooks_;
    for (auto const& f : book_.snapshot()->faults)
      if (f.label.starts_with("s1-banco-fora/")) seen.faults.push_back({f.label, f.id, f.expires});
    seen.killed = book_.killed();
    seen.refused = refused_;
    return seen;
  }

  void obey(std::vector<command> const& all) {
    for (auto const& c : all) {
      if (auto const* arm = std::get_if<commands::arm>(&c)) this->arm(*arm);
      if (auto const* renew = std::get_if<commands::renew>(&c))
        for (auto const id : renew->ids) (void)book_.renew(id, now_);
      if (auto const* clear = std::get_if<commands::clear>(&c))
        for (auto const id : clear->ids) book_.clear(id, now_);
      if (std::holds_alternative<commands::clear_all>(c)) book_.clear_all(now_);
    }
    most_armed_ = std::max(most_armed_, book_.snapshot()->faults.size());
  }

  std::size_t armed() const { return book_.snapshot()->faults.size(); }
  std::size_t most_armed() const { return most_armed_; }
  std::size_t armings() const { return armings_; }
  std::set<std::string> const& banks_broken() const { return banks_broken_; }

 private:
  void arm(commands::arm const& c) {
    for (auto const& f : book_.snapshot()->faults)
      if (f.label == c.what.label) return;
    auto const armed = book_.arm(c.what, c.lease, now_);
    if (!armed) {
      refused_ = armed.error().sentence;
      return;
    }
    ++armings_;
    banks_broken_.insert(c.what.where.institutions.begin(), c.what.where.institutions.end());
  }

  void follow_faults() {
    bool const broken = armed() > 0;
    if (broken) {
      ledger_.note(monitor::mark::armed, now_);
      for (auto const m :
           {monitor::mark::lifted, monitor::mark::first_good, monitor::mark::breaker_closed,
            monitor::mark::rate_recovered, monitor::mark::alert_cleared, monitor::mark::incident_resolved})
        ledger_.at[static_cast<std::size_t>(m)].reset();
    } else if (ledger_[monitor::mark::armed]) {
      ledger_.note(monitor::mark::lifted, now_);
    }
  }

  faults::armed_fault const* silencing(std::string const& bank) {
    for (auto const& f : book_.snapshot()->faults)
      if (faults::about_webhooks(f.what) && now_ < f.expires &&
          std::ranges::find(f.where.institutions, bank) != f.where.institutions.end())
        return &f;
    return nullptr;
  }
  void tell_app(std::string const& bank) {
    auto& count = webhooks_[bank];
    ++(silencing(bank) ? count.held : count.passed);
  }
  void release() {
    for (auto& [bank, count] : webhooks_)
      if (!silencing(bank)) count.released = count.held;
  }

  faults::armed_fault const* biting(std::string const& bank, operation what) {
    for (auto const& f : book_.snapshot()->faults) {
      if (faults::kind_of(f.what) != "error" || now_ >= f.expires) continue;
      if (std::ranges::find(f.where.institutions, bank) == f.where.institutions.end()) continue;
      if (!f.where.operations.empty() && std::ranges::find(f.where.operations, what) == f.where.operations.end())
        continue;
      if (!faults::blows(f, now_)) continue;
      if (dice_.chance(f.where.probability.share())) return &f;
    }
    return nullptr;
  }

  void call(std::string const& bank, operation what) {
    bool const guarded = bank == target_ && what == operation::retrieve;
    if (guarded && breaker_.open && now_ < breaker_.until) return;
    auto const* const fault = biting(bank, what);
    bool const injected = fault != nullptr;
    double const own = bank == target_ ? temper_.target_fails_by_itself
                       : armed() > 0   ? temper_.others_fail_while_broken
                                       : 0;
    bool const bad = injected || dice_.chance(own);
    count(bank, what, bad, injected);
    if (injected) {
      ledger_.note(monitor::mark::first_touched, now_);
      ledger_.note(monitor::mark::first_bad, now_);
      first_bad_.try_emplace(fault->label, now_);
    }
    if (guarded) guard(bad);
    if (bank != target_ || !guarded) return;
    (bad ? last_bad_ : last_good_) = now_;
  }

  void count(std::string const& bank, operation what, bool bad, bool injected) {
    auto const second = std::chrono::floor<std::chrono::seconds>(now_);
    auto& cell = cells_[{bank, what}];
    if (cell.from != second) {
      cell = {};
      cell.from = second;
      cell.counts.institution = bank;
      cell.counts.what = what;
    }
    ++(bad ? cell.counts.bad : cell.counts.good);
    if (injected) ++cell.counts.injected;
    ++cell.counts.outcomes[static_cast<std::size_t>(bad ? outcome::institution_down : outcome::ok)];
    cell.latency.add(what == operation::read ? 200ms + dice_.upto(100ms) : 1500ms);
    cell.counts.latency = cell.latency.bins();
    fresh_.push_back({cell.from, cell.counts});  // shown again and again, as a monitor does; the last one counts
  }

  void guard(bool bad) {
    if (!temper_.breaker_works) return;
    if (!bad) {
      breaker_.failures = 0;
      if (!breaker_.open) return;
      breaker_.open = false;
      if (ledger_[monitor::mark::lifted]) {
        ledger_.note(monitor::mark::breaker_closed, now_);
        ledger_.note(monitor::mark::rate_recovered, now_);
      }
      return;
    }
    if (++breaker_.failures < 5 && !breaker_.open) return;
    breaker_.open = breaker_.opened = true;
    breaker_.until = now_ + 30s / temper_.factor;
    ledger_.note(monitor::mark::breaker_opened, now_);
  }

  void watch() {
    if (ledger_[monitor::mark::lifted] && last_good_ > *ledger_[monitor::mark::lifted]) {
      ledger_.note(monitor::mark::first_good, last_good_);
      if (!breaker_.open) ledger_.note(monitor::mark::rate_recovered, now_);
    }
    if (!temper_.monitor_notices || !ledger_[monitor::mark::first_bad]) return;
    auto const due = *ledger_[monitor::mark::first_bad] + 20s / temper_.factor;
    if (!incident_open_ && notices_.opened == 0 && now_ >= due) {
      incident_open_ = true;
      ++notices_.opened;
      for (auto const m : {monitor::mark::rule_pending, monitor::mark::firing, monitor::mark::written})
        ledger_.note(m, due);
      ledger_.note(monitor::mark::accepted, due + 300ms);
    }
    bool const well = last_good_ > last_bad_ && now_ - last_bad_ > 40s / temper_.factor;
    if (!incident_open_ || !well) return;
    incident_open_ = false;
    ++notices_.resolved;
    ledger_.note(monitor::mark::alert_cleared, now_);
    ledger_.note(monitor::mark::incident_resolved, now_);
  }

  struct breaker {
    bool open = false, opened = false;
    int failures = 0;
    time_point until{};
  };
  struct cell {
    time_point from{};
    traffic_counts counts;
    monitor::sketch latency;
  };

  temper temper_;
  std::string target_;
  dice dice_;
  time_point now_{1h + 300ms};
  faults::armed_book book_;
  breaker breaker_;
  monitor::ledger ledger_;
  std::map<std::string, time_point> first_bad_;  // by fault
  std::map<std::pair<std::string, operation>, cell> cells_;
  std::vector<observation::second> fresh_;
  notice_counts notices_;
  webhooks_by_bank webhooks_;
  bool incident_open_ = false;
  time_point last_bad_{}, last_good_{};
  std::optional<std::string> refused_;
  std::size_t most_armed_ = 0, armings_ = 0;
  std::set<std::string> banks_broken_;
};

/// A world and a run in it.
struct play {
  explicit play(temper t = {})
      : world(t, "itau"), day(s1(t.factor), some_run(t.factor, t.seed), {}, world.now()), before(world.now()) {}

  /// One tick, then one step; what `tamper` does to the commands is what the world obeys.
  template <class Tamper>
  void step(Tamper&& tamper) {
    world.pass();
    auto out = day.step(world.see(), world.now());
    for (auto const& c : out)
      if (std::holds_alternative<commands::finish>(c)) ++finishes;
    world.obey(tamper(std::move(out)));
  }
  void step() {
    step([](std::vector<command> all) { return all; });
  }
  void until(duration offset) {
    while (day.stage() != stage::done && world.now() - before < offset) step();
  }
  /// To the end, or for an hour.
  void to_the_end() { until(1h); }

  verdict const& result() const { return *day.result(); }

  toy_world world;
  game_day day;
  time_point before;
  int finishes = 0;
};

}  // namespace vendaval::controller::test
