#include "proxy/faults/chance.hpp"

namespace vendaval::faults {
namespace {

dice per_turn(armed_fault const& fault, std::uint64_t seed, dice_key const& key) {
  return dice(seed, key_of(fault), key.client, dice::key(key.route), key.ordinal);
}

/// The dice that say whether a fault touches: one throw for each request, connection, client or link.
dice dice_for(armed_fault const& fault, std::uint64_t seed, dice_key const& key) {
  switch (fault.where.per) {
    case unit_of_chance::request: break;
    case unit_of_chance::connection: return dice(seed, key_of(fault), key.client, key.connection);
    case unit_of_chance::client: return dice(seed, key_of(fault), key.client);
    case unit_of_chance::link: return dice(seed, key_of(fault), key.subject);
  }
  return per_turn(fault, seed, key);
}

}  // namespace

bool left_to_chance(armed_fault const& fault) {
  return fault.where.probability.value < 100 || std::holds_alternative<ramp>(fault.over_time);
}

dice roll_of(armed_fault const& fault, std::uint64_t seed, dice_key const& key) {
  auto roll = per_turn(fault, seed, key);
  if (left_to_chance(fault)) roll.unit();  // the throw that chose it
  return roll;
}

bool strikes(armed_fault const& fault, std::uint64_t seed, dice_key const& key, ordinals& counts, time_point now,
             std::uint64_t& turn) {
  if (counts_requests(fault.over_time)) {
    turn = counts.next(key.client ^ key_of(fault), turns_of_course);
    if (!on_for(fault.over_time, turn, dice::mix(seed ^ key_of(fault)) ^ key.client)) return false;
  }
  if (!left_to_chance(fault)) return true;
  double const odds = fault.where.probability.share() * strength(fault.over_time, now - fault.armed);
  auto hit = dice_for(fault, seed, key);
  return hit.chance(odds);
}

bool under_cap(armed_fault const& fault, time_point now) {
  auto const cap = fault.where.per_second;
  return cap == 0 || take_token(fault.mine->capped, cap, 1s, now);
}

}  // namespace vendaval::faults
