#pragma once
#include <cctype>
#include <string>

namespace vendaval {

/// "94.8% há 70.5 s" as Brazilians write it: "94,8% há 70,5 s". For sentences of ours; an address or a version in them
/// would lose its points.
inline std::string decimal_comma(std::string sentence) {
  auto const digit = [&](std::size_t i) { return std::isdigit(static_cast<unsigned char>(sentence[i])) != 0; };
  for (std::size_t i = 1; i + 1 < sentence.size(); ++i)
    if (sentence[i] == '.' && digit(i - 1) && digit(i + 1)) sentence[i] = ',';
  return sentence;
}

}  // namespace vendaval
