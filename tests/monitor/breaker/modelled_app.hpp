#pragma once
/// Apps calling a bank that fails for a while, in virtual time: with a circuit breaker, with retries, or with neither.
#include <algorithm>
#include <cmath>
#include <optional>
#include <queue>
#include <vector>

#include "base/dice.hpp"
#include "monitor/breaker/analysis.hpp"

namespace vendaval::test {

struct modelled_app {
  double per_second = 0.5;
  std::optional<duration> breaker_wait = std::nullopt;  // none = no breaker
  int failures_to_open = 5;
  bool retries = false;  // 2, 4, 8, 16, 32 s after a failure
  double stay = 1;       // share of the demand that goes on while the bank fails
  duration answers_in = 50ms;
};

struct played {
  std::vector<monitor::guarded_call> calls;
  std::optional<time_point> opened, closed;  // the truth
};

class app_player {
 public:
  app_player(modelled_app const& app, time_point from, time_point fail_from, time_point fail_to, std::uint64_t seed)
      : app_(app), now_(from), fail_from_(fail_from), fail_to_(fail_to), dice_(seed) {}

  played play(time_point to) {
    next_demand();
    while (!agenda_.empty() && agenda_.top().at < to) {
      auto const e = agenda_.top();
      agenda_.pop();
      now_ = e.at;
      if (e.call)
        finish(*e.call, e.attempt);
      else if (e.attempt > 0)
        call(e.attempt);
      else {
        next_demand();
        if (!failing(now_) || dice_.chance(app_.stay)) call(0);
      }
    }
    return std::move(out_);
  }

 private:
  struct event {
    time_point at{};
    int attempt = 0;
    std::optional<std::size_t> call = std::nullopt;  // one that ends now
    bool operator<(event const& other) const { return at > other.at; }
  };
  bool failing(time_point t) const { return t >= fail_from_ && t < fail_to_; }
  void next_demand() {
    auto const wait = -std::log(1 - dice_.unit()) / app_.per_second;
    agenda_.push({now_ + duration(static_cast<duration::rep>(wait * 1e9))});
  }
  void call(int attempt) {
    if (open_until_ && (now_ < *open_until_ || probing_)) return;
    probing_ = open_until_.has_value();
    out_.calls.push_back({now_, {}, weight::neither});
    agenda_.push({now_ + app_.answers_in, attempt, out_.calls.size() - 1});
  }
  void finish(std::size_t index, int attempt) {
    auto& c = out_.calls[index];
    c.ended = now_;
    bool const bad = failing(c.arrived);
    c.counts = bad ? weight::bad : weight::good;
    if (bad && app_.retries && attempt < 5) agenda_.push({now_ + 2s * (1 << attempt), attempt + 1});
    if (!app_.breaker_wait) return;
    in_a_row_ = bad ? in_a_row_ + 1 : 0;
    if (bad && (probing_ || in_a_row_ >= app_.failures_to_open)) {
      if (!open_until_) out_.opened = now_;
      open_until_ = now_ + *app_.breaker_wait;
    } else if (!bad && open_until_) {
      open_until_.reset();
      out_.closed = now_;
    }
    probing_ = false;
  }

  modelled_app app_;
  time_point now_, fail_from_, fail_to_;
  dice dice_;
  std::priority_queue<event> agenda_;
  std::optional<time_point> open_until_;
  bool probing_ = false;
  int in_a_row_ = 0;
  played out_;
};

}  // namespace vendaval::test
