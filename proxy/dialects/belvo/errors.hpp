#pragma once
/// Belvo's errors: what it writes and what each means for a bank. The one table behind error(), error_codes() and the
/// judgement of answers.
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/exchange.hpp"
#include "proxy/faults/plan.hpp"

namespace vendaval::dialects::belvo_errors {

struct entry {
  unsigned status;
  std::string_view code;
  std::string_view message;  // as it stands in JSON; empty: Belvo documents none
  outcome result;
  std::string_view field;      // of the request it complains about; usually empty
  std::string_view variant{};  // how a fault asks for it where several entries share a code; else empty
  std::string_view word() const { return variant.empty() ? code : variant; }
};

std::span<entry const> all();
/// The first entry with this code; null when Belvo has none.
entry const* find(std::string_view code);
/// The answer to a fault's word as it goes over the wire, with the throttle that is not in the catalogue.
std::optional<faults::plan::answer> answer(std::string_view word, std::string_view request_id);

/// Belvo says login_error both for a wrong password and for a bank that misbehaves; only the words tell them apart.
outcome meaning_of_login_error(std::string_view message);

}  // namespace vendaval::dialects::belvo_errors
