#pragma once
#include <string>

#include "base/dice.hpp"

namespace vendaval::dialects::test {

/// A random value as text, with random spacing, so that nothing but a byte-exact copy can survive the comparison.
inline std::string random_json(dice& d, int depth) {
  auto const pad = [&] { return std::string(d.below(3), ' '); };
  switch (d.below(depth > 0 ? 6 : 4)) {
    case 0: return "null";
    case 1: return std::to_string(d.below(100)) + ".10";
    case 2: return R"("https:\/\/sandbox.belvo.com/next \"next\": \u00e7 {[")";
    case 3: return "\"next\"";
    case 4: return "[" + pad() + random_json(d, depth - 1) + pad() + "," + random_json(d, depth - 1) + "]";
    default:
      return "{" + pad() + R"("next")" + pad() + ":" + random_json(d, depth - 1) + R"(,"a":)" +
             random_json(d, depth - 1) + "}";
  }
}

}  // namespace vendaval::dialects::test
