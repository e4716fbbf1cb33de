#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace vendaval {

/// One mistake in a file a person wrote: where it is, what is wrong, what is accepted, how to fix it.
struct problem {
  std::string file;
  unsigned line = 0, column = 0;  // 1-based; 0 when the whole file is meant
  unsigned width = 1;             // characters to underline
  std::string what;               // "probability must be a percentage such as \"30%\""
  std::string help;               // "did you mean \"itau\"?"; may be empty
  bool unreadable = false;        // the file is no TOML from here on: nobody knows what in it is a value
};

using problems = std::vector<problem>;

/// All of them, in file order, each as
///   scenarios/s1.toml:7:10: unknown institution "itauu"
///      7 | target = "itauu"
///        |          ^^^^^^^
///        = did you mean "itau"?
/// `text` is the content of the file the problems are about. Values that could be secrets are shown as "…", since this
/// is printed and logged.
std::string explain(problems const& all, std::string_view text);

}  // namespace vendaval
