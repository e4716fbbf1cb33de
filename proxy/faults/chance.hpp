#pragma once
/// Whether an armed fault strikes: its course, its dice and its cap. The same for whatever is decided about.
#include <cstdint>
#include <string_view>

#include "proxy/faults/armed.hpp"
#include "proxy/faults/decide.hpp"

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

}  // namespace vendaval::faults
