#pragma once
/// What the load found, for whoever started it: one JSON object a line, at once.
#include <fmt/format.h>

#include <cstdio>
#include <utility>

namespace vendaval::bench {

template <class... Figures>
void say(fmt::format_string<Figures...> json, Figures&&... figures) {
  fmt::print(json, std::forward<Figures>(figures)...);
  fmt::print("\n");
  std::fflush(stdout);
}

}  // namespace vendaval::bench
