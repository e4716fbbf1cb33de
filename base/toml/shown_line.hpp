#pragma once
#include <string>
#include <string_view>

#include "base/toml/problem.hpp"

namespace vendaval {

/// The line a problem is about as it may be shown on a terminal and in a log, with the caret's place in it. Keys stay;
/// a value that could be a secret gives way to "…". Where secrets live ([[channel]], [storage], [probes], [api]), and
/// where the file is no TOML, only what cannot be one stays: durations, percentages, small numbers, names of banks.
struct shown_line {
  std::string text;
  unsigned column = 1, width = 1;  // in characters
};
shown_line show_line(std::string_view file_text, problem const& p);

/// What the parser says of a syntax error, without the words of the file it quotes.
std::string without_quotes(std::string_view description);

}  // namespace vendaval
