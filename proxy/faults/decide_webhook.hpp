#pragma once
#include "proxy/faults/decide.hpp"
#include "proxy/faults/webhook.hpp"

namespace vendaval::faults {

/// What a webhook's dice and its place in the decision log are named by.
inline constexpr std::string_view webhooks = "webhook";

/// The same as decide() for a webhook: same facts, same armed faults, same ordinal, same plan. Holds and copies add up;
/// one that is dropped is dropped. If fault code throws, the plan is untouched and says `in_doubt` (S24).
webhook_plan decide_webhook(webhook_facts const& about, armed_set const& armed, ordinals& counts, time_point now,
                            decision* kept = nullptr) noexcept;

}  // namespace vendaval::faults
