#include "base/toml/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace vendaval {
namespace {

std::string_view line_of(std::string_view text, unsigned number) {
  for (unsigned n = 1; n < number; ++n) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

std::string explain_one(problem const& p, std::string_view text) {
  std::string result;
  if (p.line == 0) {
    result = fmt::format("{}: {}\n", p.file, p.what);
  } else {
    auto const line = line_of(text, p.line);
    result = fmt::format("{}:{}:{}: {}\n{:>6} | {}\n{:>6} | {:>{}}\n", p.file, p.line, p.column, p.what, p.line, line,
                         "", std::string(std::max(1u, p.width), '^'), p.column - 1 + std::max(1u, p.width));
  }
  if (!p.help.empty()) result += fmt::format("{:>6} = {}\n", "", p.help);
  return result;
}

}  // namespace

std::string explain(problems const& all, std::string_view text) {
  problems sorted = all;
  std::ranges::sort(sorted, {}, [](problem const& p) { return std::tie(p.line, p.column, p.what); });
  std::string result;
  for (auto const& p : sorted) result += explain_one(p, text);
  return result;
}

}  // namespace vendaval
