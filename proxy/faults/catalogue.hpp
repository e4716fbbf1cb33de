#pragma once
/// The one list of fault kinds. Adding one: write faults/<kind>.hpp, name it here.
#include <string_view>
#include <type_traits>
#include <variant>

#include "proxy/faults/answer.hpp"
#include "proxy/faults/bandwidth.hpp"
#include "proxy/faults/certificate.hpp"
#include "proxy/faults/connection.hpp"
#include "proxy/faults/corrupt.hpp"
#include "proxy/faults/data.hpp"
#include "proxy/faults/dribble.hpp"
#include "proxy/faults/error.hpp"
#include "proxy/faults/handshake_end.hpp"
#include "proxy/faults/hang.hpp"
#include "proxy/faults/latency.hpp"
#include "proxy/faults/lifetime.hpp"
#include "proxy/faults/listed.hpp"
#include "proxy/faults/mfa.hpp"
#include "proxy/faults/old_tls.hpp"
#include "proxy/faults/overload.hpp"
#include "proxy/faults/quota.hpp"
#include "proxy/faults/slicer.hpp"
#include "proxy/faults/slow_handshake.hpp"
#include "proxy/faults/throttle.hpp"
#include "proxy/faults/token.hpp"
#include "proxy/faults/truncate.hpp"
#include "proxy/faults/webhook.hpp"

namespace vendaval::faults {

using fault = std::variant<error, answer, latency, hang, connection, truncate, bandwidth, slicer, dribble, corrupt,
                           lifetime, overload, throttle, quota, token, mfa, data, listed, certificate, handshake_end,
                           slow_handshake, old_tls, webhook>;

/// Calls visit(kind{}) for every kind, with its defaults.
template <class Visit>
void each_kind(Visit&& visit) {
  [&]<class... Kind>(std::type_identity<std::variant<Kind...>>) { (visit(Kind{}), ...); }(std::type_identity<fault>{});
}

inline std::string_view kind_of(fault const& f) {
  return std::visit([](auto const& kind) { return kind.name; }, f);
}
inline reach reach_of(fault const& f) {
  return std::visit([](auto const& kind) { return kind.acts; }, f);
}
/// What is it about, if not about requests?
inline bool about_handshakes(fault const& f) { return reach_of(f) == reach::handshake; }
inline bool about_webhooks(fault const& f) { return reach_of(f) == reach::webhook; }
inline bool about_requests(fault const& f) { return !about_handshakes(f) && !about_webhooks(f); }
/// Does it remember keys, and so need room for them?
inline bool remembers(fault const& f) {
  return std::visit([](auto const& kind) { return requires { kind.remembers; }; }, f);
}

/// Is it about what lists of banks say of the bank?
inline bool in_lists(fault const& f) {
  return std::visit([](auto const& kind) { return requires { kind.in_lists; }; }, f);
}

}  // namespace vendaval::faults
