#pragma once
/// How an answer says that a fault made or changed it.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.hpp"

namespace vendaval::faults {

enum class marker : std::uint8_t { none, x_vendaval_fault, proxy_status, both };
inline constexpr std::array<std::string_view, 4> marker_names{"none", "x-vendaval-fault", "proxy-status", "both"};

/// `labels` of the faults, such as "s1/black-out/1, s1/black-out/2"; `whole`: the answer is theirs altogether, no bank
/// had a part in it. Proxy-Status is RFC 9209's.
inline std::vector<http_header> marks(marker how, std::string_view labels, bool whole) {
  std::string text, quoted;
  for (char const c : labels) {
    char const shown = c >= 0x20 && c < 0x7f ? c : '?';
    if (shown == '"' || shown == '\\') quoted += '\\';
    quoted += shown;
    text += shown;
  }
  std::vector<http_header> lines;
  if (how == marker::x_vendaval_fault || how == marker::both) lines.push_back({"X-Vendaval-Fault", text});
  if (how == marker::proxy_status || how == marker::both)
    lines.push_back({"Proxy-Status", std::string("vendaval; ") + (whole ? "error=proxy_internal_response; " : "") +
                                         "details=\"" + quoted + '"'});
  return lines;
}

}  // namespace vendaval::faults
