#include "proxy/faults/decide_handshake.hpp"

#include <algorithm>

#include "proxy/faults/chance.hpp"
#include "proxy/faults/decision.hpp"

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

/// Makes one handshake's plan; `key.ordinal` is known.
struct deciding {
  armed_set const& armed;
  ordinals& counts;
  dice_key const& key;
  time_point now;
  handshake_plan result{};

  /// Did the fault touch?
  bool consider(armed_fault const& fault, std::uint64_t& turn) {
    if (!strikes(fault, armed.seed, key, counts, now, turn)) return false;
    auto changed = result;
    auto roll = roll_of(fault, armed.seed, key);
    handshake_context context{roll};
    if (!shake(fault.what, changed, context) || !under_cap(fault, now)) return false;
    result = std::move(changed);
    result.fired.push_back(fault.id);
    return true;
  }
};

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
    std::ranges::sort(faults, {}, &armed_fault::id);
    dice_key key{.client = client.client, .route = handshakes};
    key.ordinal = key.connection = counts.next(client.client, handshakes);
    deciding making{armed, counts, key, now};
    for (auto const* fault : faults) {
      decision::consideration seen{.fault = fault->id};
      seen.touched = making.consider(*fault, seen.turn);
      if (kept) kept->considered.push_back(seen);
    }
    if (kept) {
      kept->about = decision::subject_of::handshake;
      kept->epoch = armed.epoch;
      kept->at = now;
      kept->client = client.client;
      kept->ordinal = key.ordinal;
      kept->route = handshakes;
      kept->made = describe(making.result, armed);
    }
    return std::move(making.result);
  } catch (...) {
    handshake_plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
