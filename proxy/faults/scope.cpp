#include "proxy/faults/scope.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/institution.hpp"

namespace vendaval::faults {
namespace {

bool names_all(scope const& where, std::span<std::string const> banks) {
  return std::ranges::all_of(banks, [&](std::string const& bank) {
    return std::ranges::find(where.institutions, bank) != where.institutions.end();
  });
}

bool any_reads(std::vector<std::string> const& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [text](std::string const& pattern) { return reads_like(text, pattern); });
}

bool has(std::span<framing::field const> headers, header_match const& wanted) {
  return std::ranges::any_of(headers, [&](framing::field const& f) {
    return same_name(f.name, wanted.name) && (wanted.value == "*" || f.value == wanted.value);
  });
}

}  // namespace

bool reads_like(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string describe(scope const& where) {
  std::vector<std::string_view> operations, headers;
  for (auto const o : where.operations) operations.push_back(name_of(o));
  for (auto const& h : where.headers) headers.push_back(h.name);
  auto const what = !where.server_names.empty() ? "every connection"
                    : operations.empty()        ? "every operation"
                                                : fmt::format("{}", fmt::join(operations, ", "));
  auto text =
      fmt::format("{}; {}; {}", fmt::join(where.server_names.empty() ? where.institutions : where.server_names, ", "),
                  what, show(where.probability));
  if (where.per != unit_of_chance::request)
    text += fmt::format(" per {}", unit_of_chance_names[static_cast<std::size_t>(where.per)]);
  auto const narrow = [&text](std::string_view what, auto const& words) {
    if (!words.empty()) text += fmt::format("; {} {}", what, fmt::join(words, ", "));
  };
  narrow("methods", where.methods);
  narrow("paths", where.paths);
  narrow("clients", where.clients);
  narrow("headers", headers);  // their values may be secrets
  if (where.per_second > 0) text += fmt::format("; at most {} a second", where.per_second);
  return text;
}

bool known_banks(std::span<std::string const> banks) {
  return !banks.empty() && std::ranges::none_of(banks, [](std::string const& bank) {
    return bank == no_institution || bank == unknown_institution;
  });
}

bool covers(scope const& where, request_facts const& request) {
  if (!where.operations.empty() && std::ranges::find(where.operations, request.what) == where.operations.end())
    return false;
  if (!known_banks(request.institutions) || !names_all(where, request.institutions)) return false;
  if (!where.methods.empty() && std::ranges::find(where.methods, request.method) == where.methods.end()) return false;
  auto const path = request.target.substr(0, request.target.find('?'));
  if (!where.paths.empty() && !any_reads(where.paths, path)) return false;
  if (!where.clients.empty() && !any_reads(where.clients, request.client_name) &&
      !any_reads(where.clients, request.client_address))
    return false;
  return std::ranges::all_of(where.headers, [&](header_match const& wanted) { return has(request.headers, wanted); });
}

}  // namespace vendaval::faults
