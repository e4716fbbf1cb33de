#include "proxy/faults/read_fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace vendaval::faults {
namespace {

/// The reader, and the one type that only faults use.
struct field_reader {
  table_reader& in;

  void operator()(std::string_view key, auto& value, auto const&... bounds) { in(key, value, bounds...); }
  void operator()(std::string_view key, std::vector<percent>& value) {
    std::vector<std::string> given;
    in(key, given);
    for (std::size_t i = 0; i < given.size(); ++i) {
      auto const share = parse_percent(given[i]);
      if (share && share->value >= 0 && share->value <= 100)
        value.push_back(*share);
      else
        in.fail_at(key, i, fmt::format("\"{}\" is not a percentage", given[i]), "write it as \"30%\"");
    }
  }
};

std::optional<fault> kind_named(std::string_view name) {
  std::optional<fault> result;
  each_kind([&](auto kind) {
    if (kind.name == name) result = kind;
  });
  return result;
}

std::optional<fault> read_kind(table_reader& in) {
  std::string name;
  in("kind", name);
  if (auto found = kind_named(name)) return found;
  std::vector<std::string> all;
  each_kind([&](auto kind) { all.emplace_back(kind.name); });
  auto const accepted = fmt::format("accepted: {}", fmt::join(all, ", "));
  auto const near = did_you_mean(name, all);
  if (!in.has("kind"))
    in.fail("kind", "a fault must say its kind", accepted);
  else if (!name.empty())
    in.fail("kind", fmt::format("kind = \"{}\" is not a fault", name),
            (near ? fmt::format("did you mean \"{}\"? ", *near) : "") + accepted);
  return std::nullopt;
}

std::vector<std::string> names_of(institutions const& banks) {
  std::vector<std::string> result = banks.ids();
  for (auto const& bank : banks.all()) result.insert(result.end(), bank.aliases.begin(), bank.aliases.end());
  return result;
}

std::vector<std::string> read_institutions(table_reader& in, fault_surroundings const& around) {
  std::vector<std::string> given, result;
  auto const before = in.mistakes();
  in("institutions", given);
  if (!in.has("institutions")) result = around.default_institutions;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (auto const* bank = around.banks.find(given[i])) {
      if (std::ranges::find(result, bank->id) == result.end()) result.push_back(bank->id);
      continue;
    }
    auto const near = did_you_mean(given[i], names_of(around.banks));
    in.fail_at("institutions", i, fmt::format("unknown institution \"{}\"", given[i]),
               (near ? fmt::format("did you mean \"{}\"? ", *near) : "") +
                   fmt::format("accepted: {}", fmt::join(around.banks.ids(), ", ")));
  }
  if (result.empty() && in.mistakes() == before)
    in.fail("institutions", "a fault must name the banks it may touch",
            fmt::format("for example: institutions = [\"{}\"]",
                        around.banks.all().empty() ? "itau" : around.banks.all().front().id));
  return result;
}

std::optional<square_wave> read_wave(table_reader& in) {
  square_wave wave;
  bool const given = in.table("wave", [&](table_reader& inner) {
    inner.require("on");
    inner.require("off");
    inner("on", wave.on, 100ms, 1h);
    inner("off", wave.off, 100ms, 1h);
  });
  return given ? std::optional(wave) : std::nullopt;
}

template <class Kind>
void read_fields(table_reader& in, Kind& kind, fault_surroundings const& around) {
  Kind::fields(kind, field_reader{in});
  fault_checks checks{
      .given = [&](std::string_view key) { return in.has(key); },
      .fail = [&](std::string_view key, std::string what, std::string help) { in.fail(key, what, help); },
      .fail_at = [&](std::string_view key, std::size_t i, std::string what,
                     std::string help) { in.fail_at(key, i, what, help); },
      .error_codes = around.error_codes};
  kind.check(checks);
}

}  // namespace

std::optional<fault_template> read_fault(table_reader& in, fault_surroundings const& around) {
  auto const before = in.mistakes();
  fault_template result{.label = around.label, .what = {}, .where = {}, .wave = {}};
  auto kind = read_kind(in);
  result.where.institutions = read_institutions(in, around);
  in("operations", result.where.operations, std::span(operation_names));
  in("probability", result.where.probability);
  result.wave = read_wave(in);
  if (kind) {
    std::visit([&](auto& k) { read_fields(in, k, around); }, *kind);
    result.what = *std::move(kind);
  } else {
    in.skip_rest();
  }
  if (in.mistakes() != before) return std::nullopt;
  return result;
}

}  // namespace vendaval::faults
