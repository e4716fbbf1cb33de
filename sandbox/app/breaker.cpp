#include "sandbox/app/breaker.hpp"

namespace vendaval::sandbox {

void circuit_breaker::enter(breaker_state s) {
  state_ = s;
  ++era_;
  in_a_row_ = 0;
  probing_ = false;
}

bool circuit_breaker::advance(time_point now) {
  if (state_ != breaker_state::open || now < opened_ + settings_.open) return false;
  enter(breaker_state::half_open);
  return true;
}

std::optional<time_point> circuit_breaker::next() const {
  if (state_ != breaker_state::open) return std::nullopt;
  return opened_ + settings_.open;
}

std::optional<circuit_breaker::permit> circuit_breaker::ask() {
  if (state_ == breaker_state::open || probing_) return std::nullopt;
  probing_ = state_ == breaker_state::half_open;
  return permit{era_};
}

bool circuit_breaker::tell(permit p, verdict v, time_point now) {
  if (p.era != era_) return false;
  probing_ = false;
  if (v == verdict::neither) return false;
  bool const trying = state_ == breaker_state::half_open;
  if (v == verdict::good) {
    if (!trying)
      in_a_row_ = 0;
    else if (++in_a_row_ >= settings_.success_threshold)
      return enter(breaker_state::closed), true;
    return false;
  }
  if (!trying && ++in_a_row_ < settings_.failure_threshold) return false;
  opened_ = now;
  enter(breaker_state::open);
  return true;
}

}  // namespace vendaval::sandbox
