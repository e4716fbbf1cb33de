#include "tests/support/corpus.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace vendaval::test {
namespace {

constexpr char upstream_mark = '\x11';

/// "\(upstream)" or "\(a*9000)"; `at` points at the bracket and is left at its end.
std::string group(std::string_view text, std::size_t& at) {
  auto const end = text.find(')', at);
  auto const inside = text.substr(at + 1, end - at - 1);
  at = end;
  if (inside == "upstream") return {upstream_mark};
  if (inside.size() < 3 || inside[1] != '*') throw std::invalid_argument("a group is \\(upstream) or \\(a*9000)");
  return std::string(std::stoul(std::string(inside.substr(2))), inside[0]);
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    switch (++i; i < text.size() ? text[i] : ' ') {
      case 'r': out += '\r'; break;
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case '0': out += '\0'; break;
      case '\\': out += '\\'; break;
      case '(': out += group(text, i); break;
      case 'x':
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
        break;
      default: throw std::invalid_argument("an unknown escape");
    }
  }
  return out;
}

class reading {
 public:
  std::vector<corpus_case> cases;

  void take(std::string const& line) {
    if (line.empty() || line.starts_with("# ")) return;
    if (line.starts_with("## ")) {
      cases.push_back({line.substr(3), {}, {}, {}, {}});
      into_ = &corpus_case::bytes;
    } else if (cases.empty()) {
      throw std::invalid_argument("a case starts with \"## NAME\"");
    } else if (line == "forwards" || line == "delivers") {
      into_ = &corpus_case::expected;
    } else if (line == ">" || line.starts_with("> ")) {
      cases.back().*into_ += unescaped(std::string_view(line).substr(std::min<std::size_t>(2, line.size()))) + "\r\n";
    } else if (line.starts_with("| ")) {
      cases.back().*into_ += unescaped(std::string_view(line).substr(2));
    } else {
      std::istringstream words(line);
      words >> cases.back().verdict;
      for (std::string word; words >> word;) cases.back().words.push_back(word);
    }
  }

 private:
  std::string corpus_case::* into_ = &corpus_case::bytes;
};

}  // namespace

bool corpus_case::has(std::string_view word) const { return std::ranges::find(words, word) != words.end(); }

std::string corpus_case::expected_with(std::string_view authority) const {
  std::string out;
  for (char const c : expected)
    if (c == upstream_mark)
      out += authority;
    else
      out += c;
  return out;
}

std::vector<corpus_case> read_corpus(std::string const& name) {
  std::ifstream file(VENDAVAL_SOURCE_DIR "/tests/data/http/" + name);
  reading all;
  std::size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    try {
      all.take(line);
    } catch (std::exception const& e) {
      throw std::runtime_error(name + ":" + std::to_string(number) + ": " + e.what());
    }
  }
  return std::move(all.cases);
}

}  // namespace vendaval::test
