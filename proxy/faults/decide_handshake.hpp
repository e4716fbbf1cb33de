#pragma once
#include "proxy/faults/decide.hpp"
#include "proxy/faults/handshake.hpp"

namespace vendaval::faults {

/// What a handshake's dice and its place in the decision log are named by.
inline constexpr std::string_view handshakes = "TLS handshake";

/// Is a fault armed that a handshake may meet?
bool any_in_handshakes(armed_set const& armed);

/// The same as decide() for a handshake: same facts, same armed faults, same ordinal, same plan. Holds add up; of the
/// others the first of each kind wins, in the order of the ids. If fault code throws, the plan is untouched and says
/// `in_doubt` (S24).
handshake_plan decide_handshake(connection_facts const& client, armed_set const& armed, ordinals& counts,
                                time_point now, decision* kept = nullptr) noexcept;

}  // namespace vendaval::faults
