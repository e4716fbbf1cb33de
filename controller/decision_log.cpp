#include "controller/decision_log.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "base/toml/reader.hpp"
#include "proxy/dialects/table.hpp"
#include "proxy/faults/read_fault.hpp"
#include "proxy/faults/write_fault.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;
using faults::decision;

constexpr std::string_view format_name = "vendaval-decisions-1";

std::int64_t count(time_point t) { return t.time_since_epoch().count(); }
time_point instant(json::value const& v) { return time_point(duration(v.to_number<std::int64_t>())); }

std::string as_line(json::object const& o) { return json::serialize(o) + "\n"; }

std::string text(json::value const& v) { return std::string(v.as_string()); }

log_head read_head(json::object const& o) {
  log_head head{text(o.at("run")), text(o.at("scenario")), text(o.at("dialect")),
                o.at("seed").to_number<std::uint64_t>()};
  head.calendar.steady = instant(o.at("steady"));
  head.calendar.wall = wall_time(std::chrono::microseconds(o.at("wall").to_number<std::int64_t>()));
  return head;
}

faults::armed_fault read_armed(json::object const& o, institutions const& banks,
                               std::vector<std::string> const& codes) {
  auto const toml = text(o.at("toml"));
  problems wrong;
  auto const document = parse_toml("fault", toml, wrong);
  std::optional<faults::fault_template> what;
  if (document) {
    table_reader in(document->table, "fault", wrong);
    what = faults::read_fault(in, {banks, codes, {}, text(o.at("label")), true});
    in.finish();
  }
  if (!what || !wrong.empty()) throw std::runtime_error("its fault is not one: " + explain(wrong, toml));
  faults::armed_fault fault{.id = o.at("fault").to_number<std::uint64_t>(),
                            .label = what->label,
                            .what = what->what,
                            .where = what->where,
                            .when = what->when,
                            .over_time = what->over_time,
                            .armed = instant(o.at("armed")),
                            // It had its lease whenever it is said to have decided something.
                            .expires = time_point::max(),
                            .roll = o.at("roll").to_number<std::uint64_t>()};
  if (faults::remembers(fault.what)) fault.mine->seen = std::make_unique<faults::first_seen>();
  return fault;
}

template <class E, std::size_t N>
E named(json::value const& v, std::array<std::string_view, N> const& names) {
  auto const found = std::ranges::find(names, std::string_view(v.as_string()));
  if (found == names.end()) throw std::runtime_error(fmt::format("\"{}\" is not known here", text(v)));
  return static_cast<E>(found - names.begin());
}

decision read_decision(json::object const& o) {
  auto const number = [&o](std::string_view key) { return o.at(key).to_number<std::uint64_t>(); };
  decision d{.about = o.contains("about") ? named<decision::subject_of>(o.at("about"), decision::subjects)
                                          : decision::subject_of::request,
             .epoch = number("epoch"),
             .at = instant(o.at("at")),
             .client = number("client"),
             .connection = number("connection"),
             .subject = number("subject"),
             .credential = number("credential"),
             .what = named<operation>(o.at("operation"), operation_names),
             .method = text(o.at("method")),
             .route = text(o.at("route")),
             .parts = o.at("parts").as_bool(),
             .lists_banks = o.at("lists_banks").as_bool(),
             .ordinal = number("n"),
             .made = text(o.at("made"))};
  for (auto const& bank : o.at("institutions").as_array()) d.institutions.push_back(text(bank));
  for (auto const& one : o.at("considered").as_array()) {
    auto const& fields = one.as_array();
    d.considered.push_back(
        {fields.at(0).to_number<std::uint64_t>(), fields.at(1).to_number<std::uint64_t>(), fields.at(2).as_bool()});
  }
  return d;
}

}  // namespace

std::string line_of(log_head const& head) {
  return as_line({{"vendaval", format_name},
                  {"run", head.run},
                  {"scenario", head.scenario},
                  {"dialect", head.dialect},
                  {"seed", head.seed},
                  {"steady", count(head.calendar.steady)},
                  {"wall", head.calendar.wall.time_since_epoch().count()}});
}

std::string line_of(faults::armed_fault const& fault) {
  return as_line({{"fault", fault.id},
                  {"label", fault.label},
                  {"roll", fault.roll},
                  {"armed", count(fault.armed)},
                  {"toml", faults::write_fault(fault)}});
}

std::string line_of(decision const& d) {
  json::array banks, considered;
  for (auto const& bank : d.institutions) banks.emplace_back(bank);
  for (auto const& one : d.considered) considered.push_back(json::array{one.fault, one.turn, one.touched});
  return as_line({{"at", count(d.at)},
                  {"about", decision::subjects[static_cast<std::size_t>(d.about)]},
                  {"epoch", d.epoch},
                  {"client", d.client},
                  {"connection", d.connection},
                  {"subject", d.subject},
                  {"credential", d.credential},
                  {"institutions", std::move(banks)},
                  {"operation", name_of(d.what)},
                  {"method", d.method},
                  {"route", d.route},
                  {"parts", d.parts},
                  {"lists_banks", d.lists_banks},
                  {"n", d.ordinal},
                  {"considered", std::move(considered)},
                  {"made", d.made}});
}

std::expected<decision_log, std::string> read_decisions(std::string_view whole, institutions const& banks) {
  decision_log log;
  std::size_t number = 0;
  while (!whole.empty()) {
    auto const end = whole.find('\n');
    if (end == std::string_view::npos) {
      log.torn = true;
      break;
    }
    auto const line = whole.substr(0, end);
    whole.remove_prefix(end + 1);
    ++number;
    try {
      auto const value = json::parse(json::string_view(line.data(), line.size()));
      auto const& o = value.as_object();
      bool const first = number == 1;
      if (first != o.contains("vendaval") || (first && text(o.at("vendaval")) != format_name))
        throw std::runtime_error(fmt::format("a log begins with its head, and that says {}", format_name));
      if (first) {
        log.head = read_head(o);
        dialects::dialect_settings settings;
        settings.banks = banks;
        log.dialect = dialects::make_dialect(log.head.dialect, settings);
        if (!log.dialect) throw std::runtime_error(fmt::format("dialect \"{}\" is not known", log.head.dialect));
        log.armed.seed = log.head.seed;
        log.armed.calendar = log.head.calendar;
      } else if (o.contains("fault")) {
        log.armed.faults.push_back(read_armed(o, banks, log.dialect->error_codes()));
      } else {
        log.decisions.push_back({number, read_decision(o)});
      }
    } catch (std::exception const& wrong) {
      return std::unexpected(fmt::format("line {} is no line of a decision log: {}", number, wrong.what()));
    }
  }
  if (number == 0) return std::unexpected(std::string("there is no whole line in it"));
  return log;
}

std::vector<difference> replay(decision_log const& log) {
  std::vector<difference> result;
  faults::ordinals counts;
  for (auto const& [line, made] : log.decisions) {
    auto const again = faults::decide_again(made, log.armed, counts, *log.dialect);
    if (again != made.made) result.push_back({line, made.made, again});
  }
  return result;
}

std::string in_canonical_order(std::vector<decision const*> decisions) {
  std::vector<std::string> lines;
  for (auto const* d : decisions) lines.push_back(faults::canonical(*d) + "\n");
  std::ranges::sort(lines);
  return fmt::format("{}", fmt::join(lines, ""));
}

}  // namespace vendaval::controller
