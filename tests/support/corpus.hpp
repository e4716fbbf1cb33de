#pragma once
/// Cases of bytes kept as text: tests/data/http/*.txt say the format in their first lines.
#include <string>
#include <string_view>
#include <vector>

namespace vendaval::test {

struct corpus_case {
  std::string name;
  std::string verdict;             // "refused", "passes", "invalid", "breaks_off"
  std::vector<std::string> words;  // what follows it on its line
  std::string bytes, expected;  // expected: what arrives on the other side; "\x11" stands for the upstream's authority

  bool has(std::string_view word) const;
  /// A case whose expected bytes name `authority`.
  std::string expected_with(std::string_view authority) const;
};

/// Reads tests/data/http/NAME; throws, with the line, when it is not of that format.
std::vector<corpus_case> read_corpus(std::string const& name);

}  // namespace vendaval::test
