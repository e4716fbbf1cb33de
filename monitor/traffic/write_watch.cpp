#include "monitor/traffic/write_watch.hpp"

#include <algorithm>

namespace vendaval::monitor {

void write_watch::observe(exchange const& x) {
  if (x.write == 0) return;
  forget(x.ended);
  auto& counts = counts_[x.institution];
  auto& known = writes_[x.write];
  bool const after_loss = known.lost && x.arrived >= *known.lost;
  bool const loss_told_late = x.answer_lost && known.last >= x.ended && known.last != time_point{};
  counts.repeated += after_loss || loss_told_late;
  counts.lost += x.answer_lost;
  if (x.answer_lost) known.lost = std::min(known.lost.value_or(x.ended), x.ended);
  known.last = std::max(known.last, x.arrived);
  by_age_.emplace_back(x.ended, x.write);
}

void write_watch::forget(time_point now) {
  while (!by_age_.empty() && (by_age_.size() >= most_ || now - by_age_.front().first > memory_)) {
    auto const [at, write] = by_age_.front();
    by_age_.pop_front();
    auto const found = writes_.find(write);
    if (found != writes_.end() && found->second.last <= at) writes_.erase(found);
  }
}

write_counts write_watch::of(std::string_view institution) const {
  auto const found = counts_.find(institution);
  return found == counts_.end() ? write_counts{} : found->second;
}

}  // namespace vendaval::monitor
