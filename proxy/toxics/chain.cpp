#include "proxy/toxics/chain.hpp"

#include <algorithm>
#include <utility>

namespace vendaval::toxics {

void chain::tune(toxic_list const& all, time_point now) {
  advance(now);
  for (std::size_t i = stages_.size(); i-- > 0;) {
    auto const found = std::ranges::find(all, stages_[i].id(), &toxic::id);
    if (found == all.end() || found->expires <= now)
      release(i, now);
    else
      stages_[i].retune(*found, now);
  }
  for (auto const& t : all) {
    bool const known = std::ranges::find(stages_, t.id, &stage::id) != stages_.end();
    if (t.stream == way_ && t.expires > now && !known) stages_.emplace_back(t, keys_, per_request_, now);
  }
}

/// What it held goes on to who comes after it.
void chain::release(std::size_t which, time_point now) {
  auto released = stages_[which].released(now);
  stages_.erase(stages_.begin() + static_cast<std::ptrdiff_t>(which));
  for (auto& p : released) hand_on(which, std::move(p));
}

void chain::drop_expired(time_point now) {
  for (std::size_t i = stages_.size(); i-- > 0;)
    if (stages_[i].expires() <= now) release(i, now);
}

void chain::hand_on(std::size_t to, piece p) {
  if (to < stages_.size())
    stages_[to].accept(std::move(p));
  else
    out_.push_back(std::move(p));
}

void chain::advance(time_point now) {
  drop_expired(now);
  for (std::size_t i = 0; i < stages_.size(); ++i)
    while (stages_[i].due() <= now) hand_on(i + 1, stages_[i].pop());
}

void chain::give(std::string bytes, std::uint64_t unit, time_point now) {
  if (closed_ || bytes.empty()) return;
  advance(now);
  last_unit_ = unit;
  hand_on(0, {.bytes = std::move(bytes), .at = now, .unit = unit});
}

void chain::give_end(time_point now) {
  if (std::exchange(closed_, true)) return;
  advance(now);
  hand_on(0, {.at = now, .unit = last_unit_, .end = piece::ending::fin});
}

std::optional<piece> chain::take(time_point now) {
  if (over_) return std::nullopt;
  advance(now);
  if (out_.empty()) return std::nullopt;
  auto front = std::move(out_.front());
  out_.pop_front();
  if (front.end != piece::ending::none) over_ = closed_ = true;
  return front;
}

time_point chain::due() const {
  if (over_) return time_point::max();
  if (!out_.empty()) return time_point::min();
  auto first = time_point::max();
  for (auto const& one : stages_) first = std::min({first, one.due(), one.expires()});
  return first;
}

std::size_t chain::held() const {
  std::size_t sum = 0;
  for (auto const& one : stages_) sum += one.held();
  for (auto const& one : out_) sum += one.bytes.size() + piece::cost;
  return sum;
}

}  // namespace vendaval::toxics
