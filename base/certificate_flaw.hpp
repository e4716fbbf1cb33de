#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace vendaval {

/// The one thing that is wrong with a certificate; everything else about it is right.
enum class certificate_flaw : std::uint8_t {
  expired,         // since a day
  not_yet_valid,   // for ten years
  wrong_name,      // good for "wrong-name.invalid"
  unknown_issuer,  // signed by a CA that nobody knows and that is not shown
  untrusted_root,  // the same, and that CA is shown beside it
  self_signed
};
inline constexpr std::array<std::string_view, 6> certificate_flaw_names{
    "expired", "not_yet_valid", "wrong_name", "unknown_issuer", "untrusted_root", "self_signed"};

/// Can it be told from a certificate of nobody we know only when a CA signs it that the client trusts?
constexpr bool needs_trusted_issuer(certificate_flaw flaw) { return flaw <= certificate_flaw::wrong_name; }

}  // namespace vendaval
