#include "proxy/faults/read_fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.hpp"

namespace vendaval::faults {
namespace {

/// The reader, and the one type that only faults use.
struct field_reader {
  table_reader& in;

  void operator()(std::string_view key, auto& value, meaning, auto const&... bounds) { in(key, value, bounds...); }
  void operator()(std::string_view key, std::vector<percent>& value, meaning) {
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

/// A text that a request line or a header can hold; anything else would match nothing, unnoticed.
void check_words(table_reader& in, std::string_view key, std::vector<std::string> const& words) {
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i].empty()) in.fail_at(key, i, "an empty text matches nothing", "leave it out to match everything");
}

std::vector<header_match> read_headers(table_reader& in) {
  std::vector<header_match> result;
  in.table("headers", [&](table_reader& inner) {
    inner.strings([&](std::string_view name, std::string value) { result.push_back({std::string(name), value}); });
  });
  return result;
}

/// Every bank and every request of a client shares its connections, so a fault of the handshake cannot choose among
/// them. To say so is safer than to touch more than was asked for.
void read_handshake_scope(table_reader& in, std::string_view kind, scope& where) {
  for (std::string_view const key : {"institutions", "operations", "methods", "paths", "headers"}) {
    if (!in.has(key)) continue;
    in.fail(key, fmt::format("kind = \"{}\" acts before any request is read, so {} cannot choose", kind, key),
            "choose by server_names (the names that clients ask for in TLS) and clients (their addresses)");
    in.skip(key);
  }
  in("server_names", where.server_names);
  for (auto& name : where.server_names) name = lower(name);
  if (!in.has("server_names") || where.server_names.empty())
    in.fail("server_names", "a fault of the handshake must name the names it may touch, for every bank behind them",
            "for example: server_names = [\"belvo.staging.example\"]; \"*\" stands for whatever, also for no name");
  in("clients", where.clients);
  check_words(in, "server_names", where.server_names);
  check_words(in, "clients", where.clients);
  in("probability", where.probability);
  where.per = unit_of_chance::connection;
  in("per", where.per, std::span(unit_of_chance_names));
  if (where.per != unit_of_chance::connection && where.per != unit_of_chance::client)
    in.fail("per", "one throw of the dice decides about a connection here, or about a client", "leave it out");
  in("per_second", where.per_second, 1u, 1'000'000u);
}

/// A webhook is no request of the app's: it has no operation, and its path and sender are always the same.
void refuse_scope_of_requests(table_reader& in) {
  for (std::string_view const key : {"operations", "methods", "paths", "headers", "clients"})
    if (in.has(key))
      in.fail(key, fmt::format("webhooks are no requests of the app's, so {} cannot choose among them", key),
              "choose by institutions and events");
  std::string per = "request";
  in("per", per);
  if (per == "connection" || per == "client")
    in.fail("per", "one throw of the dice decides about a webhook here (request), or about a link", "leave it out");
}

void read_scope(table_reader& in, fault_surroundings const& around, scope& where) {
  where.institutions = read_institutions(in, around);
  in("operations", where.operations, std::span(operation_names));
  in("methods", where.methods);
  in("paths", where.paths);
  in("clients", where.clients);
  check_words(in, "methods", where.methods);
  check_words(in, "paths", where.paths);
  check_words(in, "clients", where.clients);
  where.headers = read_headers(in);
  in("probability", where.probability);
  in("per", where.per, std::span(unit_of_chance_names));
  in("per_second", where.per_second, 1u, 1'000'000u);
}

template <class Shape>
void read_course(table_reader& in, std::string_view key, course& into, std::vector<std::string_view>& given,
                 void (*read)(table_reader&, Shape&)) {
  Shape shape{};
  if (!in.table(key, [&](table_reader& inner) { read(inner, shape); })) return;
  into = shape;
  given.push_back(key);
}

template <class Shape>
void read_count(table_reader& in, std::string_view key, course& into, std::vector<std::string_view>& given) {
  std::uint32_t count = 1;
  in(key, count, 1u, 1'000'000u);
  if (!in.has(key)) return;
  into = Shape{count};
  given.push_back(key);
}

course read_course(table_reader& in) {
  course result;
  std::vector<std::string_view> given;
  read_course<square_wave>(in, "wave", result, given, [](table_reader& inner, square_wave& wave) {
    inner.require("on");
    inner.require("off");
    inner("on", wave.on, 100ms, 1h);
    inner("off", wave.off, 100ms, 1h);
  });
  read_course<ramp>(in, "ramp", result, given, [](table_reader& inner, ramp& slope) {
    inner.require("over");
    inner("from", slope.from);
    inner("to", slope.to);
    inner("over", slope.over, 100ms, 24h);
  });
  read_course<bursts>(in, "bursts", result, given, [](table_reader& inner, bursts& b) {
    inner.require("enter");
    inner.require("leave");
    inner("enter", b.enter);
    inner("leave", b.leave, percent{0.1});
  });
  read_count<first>(in, "first", result, given);
  read_count<every>(in, "every", result, given);
  if (given.size() > 1)
    in.fail(given[1], fmt::format("{} and {} are both given", given[0], given[1]),
            "a fault follows one course; choose one");
  return result;
}

side_of_upstream read_side(table_reader& in, std::optional<fault> const& kind) {
  auto when = side_of_upstream::before_upstream;
  in("when", when, std::span(side_names));
  if (kind && in.has("when") && reach_of(*kind) != reach::either)
    in.fail("when", fmt::format("kind = \"{}\" has one place to act; when does not apply", kind_of(*kind)),
            "leave it out");
  return when;
}

template <class Kind>
void read_fields(table_reader& in, Kind& kind, fault_surroundings const& around) {
  Kind::fields(kind, field_reader{in});
  fault_checks checks{
      .given = [&](std::string_view key) { return in.has(key); },
      .fail = [&](std::string_view key, std::string what, std::string help) { in.fail(key, what, help); },
      .fail_at = [&](std::string_view key, std::size_t i, std::string what,
                     std::string help) { in.fail_at(key, i, what, help); },
      .error_codes = around.error_codes,
      .can_sign = around.can_sign};
  kind.check(checks);
}

}  // namespace

std::optional<fault_template> read_fault(table_reader& in, fault_surroundings const& around) {
  auto const before = in.mistakes();
  fault_template result{.label = around.label, .what = {}, .where = {}};
  auto kind = read_kind(in);
  if (kind && about_webhooks(*kind)) refuse_scope_of_requests(in);
  if (kind && about_handshakes(*kind))
    read_handshake_scope(in, kind_of(*kind), result.where);
  else
    read_scope(in, around, result.where);
  result.when = read_side(in, kind);
  result.over_time = read_course(in);
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
