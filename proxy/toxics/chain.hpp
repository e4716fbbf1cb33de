#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "proxy/toxics/stage.hpp"

namespace vendaval::toxics {

/// All toxics of one direction of one connection, one after another. Whoever owns the sockets gives it what comes in
/// and sends on what it takes out, no sooner than due().
class chain {
 public:
  static constexpr std::size_t most_held = 4 * 1024 * 1024;  // bytes of memory; then the sender has to wait

  /// `per_request`: what comes in bears the number of its request, and each has a throw of its own.
  chain(direction way, dice_keys keys, bool per_request) : way_(way), keys_(keys), per_request_(per_request) {}

  /// Hangs up these toxics, as far as they are for this direction. One that is new acts on what comes from now on, one
  /// that is gone lets go of what it held.
  void tune(toxic_list const& all, time_point now);

  void give(std::string bytes, std::uint64_t unit, time_point now);
  void give_end(time_point now);  // the sender has no more to say
  bool wants_more() const { return !closed_ && held() < most_held; }

  /// What is due by `now`; nothing when that is nothing. After an end nothing follows.
  std::optional<piece> take(time_point now);
  /// When to look again: something is due, or a lease has ended. Never is time_point::max().
  time_point due() const;

 private:
  std::size_t held() const;
  void hand_on(std::size_t to, piece p);
  void advance(time_point now);
  void drop_expired(time_point now);
  void release(std::size_t which, time_point now);

  direction way_;
  dice_keys keys_;
  bool per_request_;
  std::vector<stage> stages_;
  std::deque<piece> out_;
  std::uint64_t last_unit_ = 0;  // of what came in: an end is part of it
  bool closed_ = false;          // nothing more is to come in
  bool over_ = false;            // an end has gone out
};

}  // namespace vendaval::toxics
