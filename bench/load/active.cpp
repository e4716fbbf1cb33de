#include "bench/load/active.hpp"

namespace vendaval::bench {

active_clients::active_clients(fleet& clients, std::span<std::unique_ptr<connection> const> members)
    : clients_(clients) {
  for (auto const& c : members) free_.push_back(c.get());
}

void active_clients::forget() {
  latency_.clear();
  since_sent_.clear();
}

void active_clients::run(double rate, std::size_t count) {
  auto const begin = steady::now();
  auto const due = [&](std::size_t ordinal) {
    return begin + std::chrono::duration_cast<steady::duration>(
                       std::chrono::duration<double>(static_cast<double>(ordinal) / rate));
  };
  std::size_t asked = 0, answered = 0;
  auto const take_answer = [&](connection& c) {
    auto const now = steady::now();
    latency_.add(now - c.due);
    since_sent_.add(now - c.sent);
    free_.push_back(&c);
    ++answered;
  };
  while (answered < count) {
    auto const now = steady::now();
    for (; asked < count && !free_.empty() && due(asked) <= now; ++asked) {
      auto* const c = free_.front();
      free_.pop_front();
      c->due = due(asked);
      c->ask(clients_.request());
    }
    if (asked < count && !free_.empty())
      clients_.wait(due(asked), {}, take_answer);
    else
      clients_.wait({}, take_answer);
  }
}

}  // namespace vendaval::bench
