#pragma once
/// The one list of fault kinds. Adding one: write faults/<kind>.hpp, name it here.
#include <string_view>
#include <type_traits>
#include <variant>

#include "proxy/faults/connection.hpp"
#include "proxy/faults/error.hpp"
#include "proxy/faults/latency.hpp"
#include "proxy/faults/throttle.hpp"

namespace vendaval::faults {

using fault = std::variant<error, latency, connection, throttle>;

/// Calls visit(kind{}) for every kind, with its defaults.
template <class Visit>
void each_kind(Visit&& visit) {
  [&]<class... Kind>(std::type_identity<std::variant<Kind...>>) { (visit(Kind{}), ...); }(std::type_identity<fault>{});
}

inline std::string_view kind_of(fault const& f) {
  return std::visit([](auto const& kind) { return kind.name; }, f);
}

}  // namespace vendaval::faults
