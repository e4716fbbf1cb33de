#include "proxy/faults/decide_handshake.hpp"

#include <algorithm>

#include "proxy/faults/chance.hpp"

namespace vendaval::faults {
namespace {

bool any_reads(std::vector<std::string> const& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [text](std::string const& pattern) { return reads_like(text, pattern); });
}

bool covers(scope const& where, connection_facts const& client) {
  return any_reads(where.server_names, client.server_name) &&
         (where.clients.empty() || any_reads(where.clients, client.client_address));
}

bool shake(fault const& what, handshake_plan& p, handshake_context& context) {
  return std::visit(
      [&](auto const& kind) {
        if constexpr (requires { kind.shake(p, context); })
          return kind.shake(p, context);
        else
          return false;
      },
      what);
}

void write_down(decision& kept, armed_set const& armed, dice_key const& key, time_point now) {
  kept.about = decision::subject_of::handshake;
  kept.epoch = armed.epoch;
  kept.at = now;
  kept.client = key.client;
  kept.ordinal = key.ordinal;
  kept.route = handshakes;
}

}  // namespace

bool any_in_handshakes(armed_set const& armed) {
  return std::ranges::any_of(armed.faults, about_handshakes, &armed_fault::what);
}

handshake_plan decide_handshake(connection_facts const& client, armed_set const& armed, ordinals& counts,
                                time_point now, decision* kept) noexcept {
  try {
    std::vector<armed_fault const*> faults;
    for (auto const& fault : armed.faults)
      if (about_handshakes(fault.what) && blows(fault, now) && covers(fault.where, client)) faults.push_back(&fault);
    if (faults.empty()) return {};
    dice_key key{.client = client.client, .route = handshakes};
    key.ordinal = key.connection = counts.next(client.client, handshakes);
    if (kept) write_down(*kept, armed, key, now);
    return plan_of<handshake_plan>(std::move(faults), armed, key, counts, now, kept,
                                   [](armed_fault const& fault, handshake_plan& plan, dice& roll) {
                                     handshake_context context{roll};
                                     return shake(fault.what, plan, context);
                                   });
  } catch (...) {
    handshake_plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
