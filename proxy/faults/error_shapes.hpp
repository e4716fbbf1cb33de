#pragma once
#include <optional>
#include <string_view>

#include "proxy/faults/plan.hpp"

namespace vendaval::faults {

/// How an API writes its errors. A dialect is one; the faults need to know no more about it.
struct error_shapes {
  virtual ~error_shapes() = default;
  /// An error answer in the API's own shape; nothing when it has no such code. Every dialect knows the two below.
  virtual std::optional<plan::answer> error(std::string_view code, std::string_view request_id) const = 0;
};

/// Codes for "you ask too much": as an edge in front of the API says it (403, HTML), and as an API says it (429, JSON).
inline constexpr std::string_view throttled_html = "throttled_html";
inline constexpr std::string_view throttled_json = "throttled_json";

}  // namespace vendaval::faults
