#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "proxy/faults/plan.hpp"

namespace vendaval::faults {

/// How an API writes its errors. A dialect is one; the faults need to know no more about it.
struct error_shapes {
  virtual ~error_shapes() = default;
  /// An error answer in the API's own shape; nothing when it has no such code. Every dialect knows those below.
  virtual std::optional<plan::answer> error(std::string_view code, std::string_view request_id) const = 0;
};

/// Codes for "you ask too much": as an edge in front of the API says it (403, HTML), and as an API says it (429, JSON).
inline constexpr std::string_view throttled_html = "throttled_html";
inline constexpr std::string_view throttled_json = "throttled_json";
/// "All of you ask too much": 529 for the whole API's load, and 503 for a bank that is out of breath.
inline constexpr std::string_view overloaded_json = "overloaded_json";
inline constexpr std::string_view exhausted_json = "exhausted_json";
/// The status that goes with each of these, for APIs that know statuses rather than words.
struct busy_word {
  std::string_view code;
  unsigned status;
};
inline constexpr std::array<busy_word, 3> busy_words{
    {{throttled_json, 429}, {exhausted_json, 503}, {overloaded_json, 529}}};

}  // namespace vendaval::faults
