#include "sandbox/app/app.hpp"

#include <algorithm>
#include <utility>

#include "sandbox/app/retry.hpp"

namespace vendaval::sandbox {

percent app_statistics::user_success() const {
  auto const decided = succeeded + failed + rejected + shed;
  return decided == 0 ? percent{100} : percent::of(static_cast<double>(succeeded), static_cast<double>(decided));
}

app_statistics& app_statistics::operator+=(app_statistics const& other) {
  wanted += other.wanted, succeeded += other.succeeded, failed += other.failed, rejected += other.rejected;
  shed += other.shed, calls += other.calls, calls_ok += other.calls_ok, retries += other.retries;
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
  return *this;
}

simulated_app::simulated_app(app_settings settings, directory banks, timeline calendar, time_point start)
    : settings_(std::move(settings)), calendar_(calendar) {
  for (auto const& institution : settings_.institutions) {
    auto& s = sides_.try_emplace(institution, settings_.breaker).first->second;
    if (auto const known = banks.find(institution); known != banks.end()) s.entry = known->second;
    s.traffic = dice(settings_.seed, dice::key(institution), dice::key(settings_.instance));
    s.next_arrival = start + draw_gap(settings_.requests_per_minute, s.traffic);
  }
}

std::vector<app_call> simulated_app::due(time_point now) {
  std::vector<app_call> out;
  for (auto& [institution, s] : sides_) {
    if (s.breaker.advance(now)) events_.push_back({institution, s.breaker.state(), now});
    arrive(s, now);
    while (!s.later.empty() && s.later.begin()->first <= now)
      s.ready.push_back(std::move(s.later.extract(s.later.begin()).mapped()));
    send(institution, s, out);
  }
  return out;
}

void simulated_app::arrive(side& s, time_point now) {
  auto const today = std::chrono::floor<std::chrono::days>(calendar_.at(now));
  while (s.next_arrival <= now) {
    s.next_arrival += draw_gap(settings_.requests_per_minute, s.traffic);
    ++s.counts.wanted;
    auto const what = draw_demand(s.traffic);
    s.ready.push_back({make_request(what, s.entry, settings_, today, s.traffic)});
  }
}

void simulated_app::send(std::string const& institution, side& s, std::vector<app_call>& out) {
  while (!s.ready.empty() && s.in_flight < settings_.concurrent) {
    task t = std::move(s.ready.front());
    s.ready.pop_front();
    std::optional<circuit_breaker::permit> permit;
    if (guarded(t.request.what) && !(permit = s.breaker.ask())) {
      ++s.counts.rejected;
      continue;
    }
    ++t.tried, ++s.counts.calls, ++s.in_flight;
    if (t.tried > 1) ++s.counts.retries;
    out.push_back({next_id_, institution, t.tried, t.request});
    calls_.emplace(next_id_++, call_under_way{institution, std::move(t), permit});
  }
  while (s.ready.size() > settings_.queue) {
    s.ready.pop_front();
    ++s.counts.shed;
  }
}

void simulated_app::completed(std::uint64_t call, call_result const& result, time_point now) {
  auto const found = calls_.find(call);
  if (found == calls_.end()) return;
  auto ended = std::move(found->second);
  calls_.erase(found);

  auto& s = sides_.at(ended.institution);
  auto const outcome = classify(result);
  --s.in_flight;
  ++s.counts.outcomes[static_cast<std::size_t>(outcome)];
  if (ended.permit && s.breaker.tell(*ended.permit, weigh(outcome), now))
    events_.push_back({ended.institution, s.breaker.state(), now});

  if (outcome == call_outcome::ok) {
    ++s.counts.calls_ok, ++s.counts.succeeded;
    return;
  }
  dice d(settings_.seed, call);  // of this call alone, so that retries do not change what users ask for next
  if (auto const wait = wait_before_retry(settings_.retry, outcome, ended.what.tried, d))
    s.later.emplace(now + *wait, std::move(ended.what));
  else
    ++s.counts.failed;
}

time_point simulated_app::next_due() const {
  auto next = time_point::max();
  for (auto const& [institution, s] : sides_) {
    next = std::min(next, s.next_arrival);
    if (!s.later.empty()) next = std::min(next, s.later.begin()->first);
    if (auto const change = s.breaker.next()) next = std::min(next, *change);
  }
  return next;
}

bool simulated_app::guarded(operation what) const {
  return std::ranges::find(settings_.breaker.guards, what) != settings_.breaker.guards.end();
}

std::vector<breaker_event> simulated_app::take_events() { return std::exchange(events_, {}); }

breaker_state simulated_app::breaker(std::string const& institution) const {
  return sides_.at(institution).breaker.state();
}

app_statistics simulated_app::statistics(std::string const& institution) const { return sides_.at(institution).counts; }

app_statistics simulated_app::total() const {
  app_statistics sum;
  for (auto const& [institution, s] : sides_) sum += s.counts;
  return sum;
}

}  // namespace vendaval::sandbox
