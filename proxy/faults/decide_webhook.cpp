#include "proxy/faults/decide_webhook.hpp"

#include <algorithm>

#include "proxy/faults/chance.hpp"
#include "proxy/faults/decision.hpp"

namespace vendaval::faults {
namespace {

bool in_reach(armed_fault const& fault, webhook_facts const& about, time_point now) {
  auto const* const kind = std::get_if<webhook>(&fault.what);
  bool const named = known_banks(about.institutions) && std::ranges::all_of(about.institutions, [&](auto const& bank) {
                       return std::ranges::find(fault.where.institutions, bank) != fault.where.institutions.end();
                     });
  return kind && named && blows(fault, now) && kind->concerns(about);
}

/// Did the fault touch?
bool consider(armed_fault const& fault, armed_set const& armed, dice_key const& key, ordinals& counts, time_point now,
              webhook_plan& plan, std::uint64_t& turn) {
  if (!strikes(fault, armed.seed, key, counts, now, turn)) return false;
  auto changed = plan;
  auto roll = roll_of(fault, armed.seed, key);
  webhook_context context{roll};
  if (!std::get<webhook>(fault.what).deliver(changed, context) || !under_cap(fault, now)) return false;
  plan = std::move(changed);
  plan.fired.push_back(fault.id);
  return true;
}

void write_down(decision& kept, webhook_facts const& about, armed_set const& armed, dice_key const& key,
                time_point now) {
  kept.about = decision::subject_of::webhook;
  kept.epoch = armed.epoch;
  kept.at = now;
  kept.subject = about.subject;
  kept.institutions.assign(about.institutions.begin(), about.institutions.end());
  kept.method = about.type;
  kept.route = webhooks;
  kept.ordinal = key.ordinal;
}

}  // namespace

webhook_plan decide_webhook(webhook_facts const& about, armed_set const& armed, ordinals& counts, time_point now,
                            decision* kept) noexcept {
  try {
    std::vector<armed_fault const*> faults;
    for (auto const& fault : armed.faults)
      if (in_reach(fault, about, now)) faults.push_back(&fault);
    if (faults.empty()) return {};
    std::ranges::sort(faults, {}, &armed_fault::id);
    dice_key key{.subject = about.subject, .route = webhooks};
    key.ordinal = counts.next(0, webhooks);
    webhook_plan plan;
    if (kept) write_down(*kept, about, armed, key, now);
    for (auto const* fault : faults) {
      decision::consideration seen{.fault = fault->id};
      seen.touched = consider(*fault, armed, key, counts, now, plan, seen.turn);
      if (kept) kept->considered.push_back(seen);
    }
    if (kept) kept->made = describe(plan, armed);
    return plan;
  } catch (...) {
    webhook_plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
