#include "monitor/detect/detector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "monitor/detect/binomial.hpp"

namespace vendaval::monitor {
namespace {

duration divided(duration d, double factor) {
  return std::max(duration(static_cast<duration::rep>(static_cast<double>(d.count()) / factor)), duration(1ms));
}

}  // namespace

detector_settings compress(detector_settings s, double factor) {
  for (auto* const d : {&s.window, &s.look, &s.clear_for, &s.memory}) *d = divided(*d, factor);
  return s;
}

detector::share detector::measure(traffic const& t, std::string_view institution, time_point from, time_point to,
                                  bool flying) const {
  if (what_ == trouble::failures) {
    auto const n = t.counts(institution, where_, from, to);
    return {n.judged(), n.bad};
  }
  auto const all = t.latencies(institution, where_, from, to);
  share s{all.count(), all.longer_than(settings_.slow)};
  if (!flying) return s;
  for (auto const age : t.ages(institution, where_, to))
    if (age > settings_.slow) ++s.samples, ++s.bad;
  return s;
}

/// What passed a window ago, when nothing has gone wrong since: trouble that begins slowly must not become usual.
void detector::learn(traffic const& t, std::string_view institution, time_point now, bool calm) {
  if (!calm || suspected_ || raised_) {
    calm_since_.reset();
    return;
  }
  if (!calm_since_) calm_since_ = now;
  auto const to = now - settings_.window, from = to - settings_.look;
  if (*calm_since_ > to) return;
  auto const keep = std::exp2(-static_cast<double>(settings_.look.count()) /
                              static_cast<double>(std::max(settings_.memory, duration(1)).count()));
  auto const s = measure(t, institution, from, to, false);
  usual_samples_ = usual_samples_ * keep + static_cast<double>(s.samples);
  usual_bad_ = usual_bad_ * keep + static_cast<double>(s.bad);
}

double detector::expected() const {
  if (usual_samples_ < settings_.known_after) return settings_.unknown_share;
  return std::clamp(2 * usual_bad_ / usual_samples_, settings_.least_share, 0.5);
}

std::optional<signal> detector::look(traffic const& t, std::string_view institution, time_point now) const {
  auto const usual = expected();
  for (auto const back : {settings_.window / 10, settings_.window / 3, settings_.window * 2 / 3, settings_.window}) {
    auto const from = std::max(now - back, clean_since_.value_or(time_point::min()));
    auto const s = measure(t, institution, from, now, true);
    if (s.samples < settings_.min_samples || s.bad < settings_.least) continue;
    auto const chance = binomial_tail(s.samples, s.bad, usual);
    if (chance >= settings_.chance) continue;
    auto const first = what_ == trouble::failures ? t.first_bad(institution, where_, from, now) : std::nullopt;
    return signal{what_, s.samples, s.bad, usual, chance, now - from, first.value_or(from)};
  }
  return std::nullopt;
}

/// Looks back as far as clear_for, and further while there are too few calls to prove that it is over, but not beyond
/// the moment it was raised: good answers from before the trouble would prove by silence that it has gone.
bool detector::over(traffic const& t, std::string_view institution, time_point now) {
  auto const oldest = std::min(now - settings_.clear_for, std::max(raised_at_, now - t.keep()));
  for (auto back = settings_.clear_for;; back *= 2) {
    auto const from = std::max(now - back, oldest);
    auto const s = measure(t, institution, from, now, true);
    if (s.samples < settings_.min_samples) {
      if (from == oldest) return false;  // silence proves nothing
      continue;
    }
    if (static_cast<double>(s.bad) > raised_->expected * static_cast<double>(s.samples)) return false;
    clean_since_ = from;
    return true;
  }
}

std::optional<detection> detector::step(traffic const& t, std::string_view institution, time_point now, bool calm) {
  if (looked_ && now - *looked_ < settings_.look) return std::nullopt;
  looked_ = now;
  if (raised_) {
    if (!over(t, institution, now)) return std::nullopt;
    auto const was = *std::exchange(raised_, std::nullopt);
    suspected_.reset();
    return detection{false, was};
  }
  auto const before = std::exchange(suspected_, look(t, institution, now));
  learn(t, institution, now, calm);
  if (!suspected_ || !before) return std::nullopt;
  raised_ = suspected_;
  raised_at_ = now;
  raised_->first_bad = std::min(before->first_bad, suspected_->first_bad);
  return detection{true, *raised_};
}

}  // namespace vendaval::monitor
