#pragma once
/// What an armed fault remembers, exact across data threads without a lock.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/dice.hpp"
#include "base/time.hpp"

namespace vendaval::faults {

/// Instants by key: when something was first seen. A fixed table; what no longer fits is not remembered, and the caller
/// must leave such a request alone.
class first_seen {
 public:
  /// The instant remembered for `key` (not 0); `now`, which it is from here on, when there was none.
  std::optional<time_point> of(std::uint64_t key, time_point now) {
    auto* const at = slot(key);
    if (!at) return std::nullopt;
    std::int64_t none = 0;
    auto const mine = now.time_since_epoch().count();
    at->since.compare_exchange_strong(none, mine);
    return time_point(duration(none == 0 ? mine : none));
  }
  /// From now on `now` is the instant remembered for `key`. False when there is no room for it.
  bool restart(std::uint64_t key, time_point now) {
    auto* const at = slot(key);
    if (at) at->since.store(now.time_since_epoch().count());
    return at != nullptr;
  }
  /// How often `key` was counted before this time.
  std::optional<std::uint64_t> count(std::uint64_t key) {
    auto* const at = slot(key);
    if (!at) return std::nullopt;
    return at->times.fetch_add(1);
  }
  /// The place of `key` among those of its `group`, in the order in which they were first asked for, from 0.
  std::optional<std::uint64_t> place(std::uint64_t key, std::uint64_t group) {
    auto *const at = slot(key), *const together = slot(group);
    if (!at || !together) return std::nullopt;
    auto held = at->times.load();
    if (held == 0 && at->times.compare_exchange_strong(held, claimed)) {
      held = together->times.fetch_add(1) + 1;
      at->times.store(held);
    }
    while (held == claimed) held = at->times.load();  // another thread is two instructions from saying it
    return held - 1;
  }

 private:
  static constexpr std::uint64_t claimed = ~std::uint64_t{0};
  struct entry {
    std::atomic<std::uint64_t> key{0}, times{0};
    std::atomic<std::int64_t> since{0};
  };
  static constexpr std::size_t size = 1 << 12, reach = 64;

  entry* slot(std::uint64_t key) {
    for (std::size_t step = 0; step < reach; ++step) {
      auto& here = entries_[(dice::mix(key) + step) % size];
      std::uint64_t held = 0;
      if (here.key.compare_exchange_strong(held, key) || held == key) return &here;
    }
    return nullptr;
  }
  std::array<entry, size> entries_;
};

/// Servers that are busy until some instant; work goes to the one that is free first.
class servers {
 public:
  struct visit {
    duration waits{};  // for a server
  };
  static constexpr std::size_t most = 256;

  /// Takes `work` on, on one of the first `capacity` servers, unless it would wait longer than `patience`.
  std::optional<visit> take(std::size_t capacity, duration work, duration patience, time_point now) {
    auto const at = now.time_since_epoch().count();
    for (;;) {
      auto const end = busy_.begin() + static_cast<std::ptrdiff_t>(std::min(capacity, most));
      auto const soonest = std::min_element(busy_.begin(), end, [](auto const& a, auto const& b) {
        return a.load(std::memory_order_relaxed) < b.load(std::memory_order_relaxed);
      });
      auto free = soonest->load(std::memory_order_relaxed);
      auto const begins = std::max(free, at);
      if (duration(begins - at) > patience) return std::nullopt;
      if (soonest->compare_exchange_weak(free, begins + work.count(), std::memory_order_relaxed))
        return visit{duration(begins - at)};
    }
  }

 private:
  std::array<std::atomic<std::int64_t>, most> busy_{};
};

/// Takes one of `count` tokens, which come back evenly over `within`, if there is one. GCRA: the atomic holds the
/// instant at which the bucket will be full again; each token moves it on by one step, and a bucket that is more than a
/// burst away from full is empty.
inline bool take_token(std::atomic<std::int64_t>& bucket, std::uint32_t count, duration within, time_point now) {
  auto const at = now.time_since_epoch().count();
  auto const step = within.count() / count;
  auto const burst = step * (count - 1);
  auto full = bucket.load(std::memory_order_relaxed);
  for (;;) {
    auto const from = std::max(full, at);
    if (from - at > burst) return false;
    if (bucket.compare_exchange_weak(full, from + step, std::memory_order_relaxed)) return true;
  }
}

/// Shared by every snapshot the fault is in, so that what it remembers outlives a renewal of its lease.
struct memory {
  std::atomic<std::int64_t> next{0};    // of a token bucket (GCRA): ns on the monotonic clock
  std::atomic<std::int64_t> capped{0};  // the same for the cap of its scope
  std::atomic<std::uint64_t> used{0};   // of a window: its number in the upper half, requests in the lower
  std::unique_ptr<first_seen> seen;     // only for kinds that ask for it
  servers bank;
};

}  // namespace vendaval::faults
