#pragma once
/// Who may arm what, and for how long: the state machine that control owns. Pure; the data path gets its snapshots.
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "proxy/faults/armed.hpp"
#include "proxy/faults/deny_window.hpp"

namespace vendaval::faults {

struct arming_limits {
  duration longest_lease = 60min;
  std::uint32_t max_armed_faults = 16;
  std::vector<deny_window> deny{};  // [[faults.deny]]

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("longest_lease", self.longest_lease, 1s, 60min);
    visit("max_armed_faults", self.max_armed_faults, 1u, 256u);
  }
};

/// Why a request to the book was refused, as a sentence for people.
struct refusal {
  enum class reason : std::uint8_t {
    no_scope,
    no_lease,
    lease_too_long,
    too_many,
    killed,
    denied,
    not_armed,
    no_reason
  };
  reason why;
  std::string sentence;
};

/// A fault that is no longer armed: one for every fault that was (S15).
struct ended_fault {
  enum class cause : std::uint8_t { cleared, expired, killed, denied };  // denied: a deny window began
  std::uint64_t id = 0;
  std::string label;
  cause why = cause::cleared;
  time_point at{};
};

class armed_book {
 public:
  /// `first_id` must be above every id this installation ever gave out (S13).
  explicit armed_book(arming_limits limits = {}, std::uint64_t seed = 0, std::uint64_t first_id = 1,
                      timeline calendar = {});

  /// The id of the newly armed fault. Refused without institutions, without a lease, with one that is too long (never
  /// shortened), above the limit of active faults, in a deny window, and after a kill until release(). A lease that
  /// would run into a deny window ends where that begins.
  std::expected<std::uint64_t, refusal> arm(fault_template what, duration lease, time_point now);
  /// The new expiry: now + the lease it was armed with, and never in a deny window. Refused once it expired, was
  /// cleared or killed.
  std::expected<time_point, refusal> renew(std::uint64_t id, time_point now);
  /// Clearing what is not armed is no mistake: nothing happens.
  std::vector<ended_fault> clear(std::uint64_t id, time_point now);
  std::vector<ended_fault> clear_all(time_point now);
  /// Takes the faults whose lease is over out of the book. The data path stopped honouring them by itself.
  std::vector<ended_fault> expire(time_point now);
  /// Clears everything and latches: nothing can be armed until a person releases it. Also at start, when the last
  /// process was killed and not released.
  std::vector<ended_fault> kill(std::string reason, time_point now);
  /// Refused without a reason that says something.
  std::expected<void, refusal> release(std::string_view reason);

  /// Which deny window forbids arming at some time from now on until `until`, as a sentence; nothing when none does.
  std::optional<std::string> denied(time_point now, time_point until) const;
  /// Why nothing can be armed; nothing when arming is open.
  std::optional<std::string> const& killed() const { return killed_; }
  /// The seed of the next run's dice. Only between runs: armed faults would change their rolls.
  void reseed(std::uint64_t seed);
  /// What the data path should have now: a new one, with a higher epoch, after every change.
  std::shared_ptr<armed_set const> snapshot() const { return now_armed_; }

 private:
  void publish(std::vector<armed_fault> faults);
  std::vector<ended_fault> end_where(auto const& chosen, ended_fault::cause why, time_point now);
  time_point end_of_lease(time_point now, duration lease) const;

  arming_limits limits_;
  std::uint64_t next_id_;
  std::optional<std::string> killed_;
  std::shared_ptr<armed_set const> now_armed_;
};

}  // namespace vendaval::faults
