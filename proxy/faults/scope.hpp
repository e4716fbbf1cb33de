#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/request_facts.hpp"

namespace vendaval::faults {

/// What one roll of the dice decides about.
enum class unit_of_chance : std::uint8_t { request, connection, client, link };
inline constexpr std::array<std::string_view, 4> unit_of_chance_names{"request", "connection", "client", "link"};

/// On the way to the upstream, or when it has answered.
enum class side_of_upstream : std::uint8_t { before_upstream, after_upstream };
inline constexpr std::array<std::string_view, 2> side_names{"before_upstream", "after_upstream"};

struct header_match {
  std::string name{}, value{};  // "*" = whatever it says
};

/// Which requests a fault may touch. A request outside it is never touched.
struct scope {
  std::vector<std::string> institutions{};  // ids; never empty
  std::vector<operation> operations{};      // empty = every operation that names the institution
  percent probability{100};
  unit_of_chance per = unit_of_chance::request;
  std::vector<std::string> methods{}, paths{}, clients{};  // empty = all; "*" in paths and clients stands for anything
  std::vector<header_match> headers{};                     // every one of them
  std::uint32_t per_second = 0;                            // most effects in any second; 0 = no cap
  /// Faults of a handshake, and no others, go by these in place of institutions: names that clients ask for (SNI),
  /// lower case, in which "*" stands for anything, also for no name at all. Never empty.
  std::vector<std::string> server_names{};
};

/// Are there banks, and is every one of them known?
bool known_banks(std::span<std::string const> banks);
/// Is everything about the request as the scope asks? Says nothing about chance.
bool covers(scope const& where, request_facts const& request);
/// "itau; retrieve, link; 30%": for the audit, every part that narrows it.
std::string describe(scope const& where);

/// Does `text` read like `pattern`, in which "*" stands for anything?
bool reads_like(std::string_view text, std::string_view pattern);

}  // namespace vendaval::faults
