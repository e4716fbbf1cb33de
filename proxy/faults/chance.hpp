#pragma once
/// Whether an armed fault strikes: its course, its dice and its cap. The same for whatever is decided about.
#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/faults/armed.hpp"
#include "proxy/faults/decide.hpp"
#include "proxy/faults/decision.hpp"

namespace vendaval::faults {

/// What the dice of one decision are keyed by.
struct dice_key {
  std::uint64_t client = 0, connection = 0, subject = 0;
  std::string_view route{};
  std::uint64_t ordinal = 0;  // of this client on this route
};

/// Do the dice say whether it touches at all?
bool left_to_chance(armed_fault const& fault);

/// The dice of this fault for what `key` names, past the throw that chose it.
dice roll_of(armed_fault const& fault, std::uint64_t seed, dice_key const& key);

/// Does its course have it on, and do the dice fall for it? `turn` becomes the how-manieth of its client this is, if
/// its course counts them.
bool strikes(armed_fault const& fault, std::uint64_t seed, dice_key const& key, ordinals& counts, time_point now,
             std::uint64_t& turn);

/// A hard cap on effects in any second, over all data threads.
bool under_cap(armed_fault const& fault, time_point now);

/// The plan that these faults make in the order of their ids, for what `key` names: `act(fault, plan, roll)` says
/// whether a fault that strikes touches the plan. What each came to is kept, if somebody wants it.
template <class Plan>
Plan plan_of(std::vector<armed_fault const*> faults, armed_set const& armed, dice_key const& key, ordinals& counts,
             time_point now, decision* kept, auto&& act) {
  std::ranges::sort(faults, {}, &armed_fault::id);
  Plan result;
  for (auto const* fault : faults) {
    decision::consideration seen{.fault = fault->id};
    if (strikes(*fault, armed.seed, key, counts, now, seen.turn)) {
      auto changed = result;
      auto roll = roll_of(*fault, armed.seed, key);
      seen.touched = act(*fault, changed, roll) && under_cap(*fault, now);
      if (seen.touched) {
        result = std::move(changed);
        result.fired.push_back(fault->id);
      }
    }
    if (kept) kept->considered.push_back(seen);
  }
  if (kept) kept->made = describe(result, armed);
  return result;
}

}  // namespace vendaval::faults
