#include "base/toml/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/toml/shown_line.hpp"

namespace vendaval {
namespace {

std::string explain_one(problem const& p, std::string_view text) {
  std::string result;
  if (p.line == 0) {
    result = fmt::format("{}: {}\n", p.file, p.what);
  } else {
    auto const [line, column, width] = show_line(text, p);
    result = fmt::format("{}:{}:{}: {}\n{:>6} | {}\n{:>6} | {:>{}}\n", p.file, p.line, p.column, p.what, p.line, line,
                         "", std::string(width, '^'), column - 1 + width);
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
