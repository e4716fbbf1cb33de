#include "proxy/faults/decide_webhook.hpp"

#include <algorithm>

#include "proxy/faults/chance.hpp"

namespace vendaval::faults {
namespace {

bool in_reach(armed_fault const& fault, webhook_facts const& about, time_point now) {
  auto const* const kind = std::get_if<webhook>(&fault.what);
  bool const named = known_banks(about.institutions) && std::ranges::all_of(about.institutions, [&](auto const& bank) {
                       return std::ranges::find(fault.where.institutions, bank) != fault.where.institutions.end();
                     });
  return kind && named && blows(fault, now) && kind->concerns(about);
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
    dice_key const key{.subject = about.subject, .route = webhooks, .ordinal = counts.next(0, webhooks)};
    if (kept) write_down(*kept, about, armed, key, now);
    return plan_of<webhook_plan>(std::move(faults), armed, key, counts, now, kept,
                                 [](armed_fault const& fault, webhook_plan& plan, dice& roll) {
                                   webhook_context context{roll};
                                   return std::get<webhook>(fault.what).deliver(plan, context);
                                 });
  } catch (...) {
    webhook_plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
