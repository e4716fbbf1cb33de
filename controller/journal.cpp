#include "controller/journal.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/dice.hpp"
#include "controller/compress.hpp"
#include "controller/read_scenario.hpp"
#include "controller/run_webhooks.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

constexpr std::string_view format_name = "vendaval-journal-2";

std::string hash_of(std::string_view text) { return fmt::format("{:016x}", dice::key(text)); }

std::string iso(run_identity const& run, milliseconds at) { return iso8601(run.started + at); }

json::value ms(std::optional<milliseconds> t) { return t ? json::value(t->count()) : json::value(nullptr); }

json::object write_run(record const& r) {
  json::array banks;
  for (auto const& i : r.run.institutions)
    banks.push_back(json::object{{"id", i.id}, {"name", i.name}, {"aliases", json::value_from(i.aliases)}});
  auto const started = r.run.started.time_since_epoch();
  return {{"id", r.run.id},
          {"scenario",
           json::object{
               {"file", r.run.scenario_file}, {"text", r.run.scenario_text}, {"hash", hash_of(r.run.scenario_text)}}},
          {"target", r.run.target},
          {"seed", std::to_string(r.run.seed)},
          {"compress", r.run.compress},
          {"version", r.run.version},
          {"started_by", r.run.started_by},
          {"started", iso8601(r.run.started)},
          {"started_ms", std::chrono::floor<milliseconds>(started).count()},
          {"ended_ms", r.ended.count()},
          {"institutions", std::move(banks)},
          {"error_codes", json::value_from(r.run.error_codes)}};
}

json::array write_phases(record const& r) {
  json::array result;
  for (auto const& p : r.phases)
    result.push_back(json::object{{"name", p.name},
                                  {"target", p.target},
                                  {"faulty", p.faulty},
                                  {"began_ms", p.began.count()},
                                  {"ended_ms", ms(p.ended)},
                                  {"first_bad_ms", ms(p.first_bad)}});
  return result;
}

json::array write_instants(record const& r) {
  json::array result;
  for (std::size_t i = 0; i < monitor::mark_count; ++i) {
    if (!r.instants.at[i]) continue;
    auto const at = std::chrono::floor<milliseconds>(r.instants.at[i]->time_since_epoch());
    result.push_back(json::object{{"mark", monitor::mark_names[i]}, {"ms", at.count()}, {"at", iso(r.run, at)}});
  }
  return result;
}

json::array write_row(traffic_slot const& slot) {
  auto const& c = slot.counts;
  json::object outcomes;
  for (std::size_t i = 0; i < c.outcomes.size(); ++i)
    if (c.outcomes[i] > 0) outcomes[outcome_names[i]] = c.outcomes[i];
  json::array bins;
  for (auto const& b : c.latency) bins.push_back(json::array{b.index, b.count});
  return {slot.at.count(), c.institution, name_of(c.what),     c.good,         c.bad,
          c.neither,       c.injected,    std::move(outcomes), std::move(bins)};
}

json::object write_traffic(record const& r) {
  json::array rows;
  for (auto const& slot : r.traffic) rows.push_back(write_row(slot));
  json::array columns{"ms", "institution", "operation", "good", "bad", "neither", "injected", "outcomes", "latency"};
  return {{"columns", std::move(columns)}, {"rows", std::move(rows)}};
}

json::object write_breaker(breaker_facts const& b) {
  return {
      {"verdict", b.verdict},
      {"open", b.open},
      {"failures_before_open", b.failures_before_open ? json::value(*b.failures_before_open) : json::value(nullptr)},
      {"shortest_wait_ms", ms(b.shortest_wait)},
      {"evidence", b.evidence}};
}

json::value limit(std::optional<quantity> const& q) { return q ? json::value(q->value) : json::value(nullptr); }

json::array write_checks(std::vector<check> const& checks) {
  json::array result;
  for (auto const& c : checks) {
    auto const& some = c.measured ? c.measured : c.limits.at_least ? c.limits.at_least : c.limits.at_most;
    result.push_back(json::object{
        {"name", c.name},
        {"when", c.when ? json::value(moment_names[static_cast<std::size_t>(*c.when)]) : json::value(nullptr)},
        {"ok", c.ok},
        {"measured", limit(c.measured)},
        {"at_least", limit(c.limits.at_least)},
        {"at_most", limit(c.limits.at_most)},
        {"unit", some ? json::value(unit_names[static_cast<std::size_t>(some->in)]) : json::value(nullptr)},
        {"sentence", c.sentence}});
  }
  return result;
}

// Reading. A missing key or a wrong type throws, and from_json says so.

template <class E, class Names>
E word(json::value const& value, Names const& names) {
  std::string_view const text = value.as_string();
  for (std::size_t i = 0; i < std::size(names); ++i)
    if (names[i] == text) return static_cast<E>(i);
  throw std::invalid_argument(fmt::format("\"{}\" is a word this version does not know", text));
}

std::string text(json::value const& value) { return std::string(std::string_view(value.as_string())); }

template <class T>
std::optional<T> maybe(json::value const& value) {
  if (value.is_null()) return std::nullopt;
  return value.to_number<T>();
}

std::optional<milliseconds> maybe_ms(json::value const& value) {
  auto const n = maybe<std::int64_t>(value);
  return n ? std::optional(milliseconds(*n)) : std::nullopt;
}

void read_run(json::object const& o, record& r) {
  auto const& scenario = o.at("scenario").as_object();
  r.run = {text(o.at("id")),
           text(scenario.at("text")),
           text(scenario.at("file")),
           text(o.at("target")),
           std::stoull(text(o.at("seed"))),
           o.at("compress").to_number<unsigned>(),
           text(o.at("version")),
           text(o.at("started_by")),
           wall_time(milliseconds(o.at("started_ms").to_number<std::int64_t>())),
           {},
           json::value_to<std::vector<std::string>>(o.at("error_codes"))};
  if (hash_of(r.run.scenario_text) != text(scenario.at("hash")))
    throw std::invalid_argument("the scenario's text is not the one that was played: its hash differs");
  for (auto const& bank : o.at("institutions").as_array())
    r.run.institutions.push_back(
        {text(bank.at("id")), text(bank.at("name")), json::value_to<std::vector<std::string>>(bank.at("aliases"))});
  r.ended = milliseconds(o.at("ended_ms").to_number<std::int64_t>());
}

traffic_slot read_row(json::array const& row) {
  traffic_slot slot{milliseconds(row.at(0).to_number<std::int64_t>()), {}};
  auto& c = slot.counts;
  c.institution = text(row.at(1));
  c.what = word<operation>(row.at(2), operation_names);
  for (auto const& [place, index] : {std::pair{&c.good, 3u}, {&c.bad, 4u}, {&c.neither, 5u}, {&c.injected, 6u}})
    *place = row.at(index).to_number<std::uint64_t>();
  for (auto const& [name, n] : row.at(7).as_object())
    c.outcomes[static_cast<std::size_t>(word<outcome>(json::value(name), outcome_names))] =
        n.to_number<std::uint64_t>();
  for (auto const& bin : row.at(8).as_array())
    c.latency.push_back({bin.at(0).to_number<std::int32_t>(), bin.at(1).to_number<std::uint64_t>()});
  return slot;
}

void read_course(json::object const& o, record& r) {
  for (auto const& p : o.at("phases").as_array())
    r.phases.push_back({text(p.at("name")), text(p.at("target")), p.at("faulty").as_bool(),
                        milliseconds(p.at("began_ms").to_number<std::int64_t>()), maybe_ms(p.at("ended_ms")),
                        maybe_ms(p.at("first_bad_ms"))});
  for (auto const& e : o.at("events").as_array())
    r.events.push_back({milliseconds(e.at("ms").to_number<std::int64_t>()), text(e.at("text"))});
  for (auto const& i : o.at("instants").as_array())
    r.instants.note(word<monitor::mark>(i.at("mark"), monitor::mark_names),
                    time_point(milliseconds(i.at("ms").to_number<std::int64_t>())));
  for (auto const& row : o.at("traffic").at("rows").as_array()) r.traffic.push_back(read_row(row.as_array()));
}

void read_findings(json::object const& o, record& r) {
  auto const& b = o.at("breaker").as_object();
  r.breaker = {text(b.at("verdict")), b.at("open").as_bool(), maybe<std::uint64_t>(b.at("failures_before_open")),
               maybe_ms(b.at("shortest_wait_ms")), text(b.at("evidence"))};
  auto const& n = o.at("notices").as_object();
  r.notices = {n.at("opened").to_number<std::uint64_t>(), n.at("updated").to_number<std::uint64_t>(),
               n.at("resolved").to_number<std::uint64_t>(), n.at("suppressed").to_number<std::uint64_t>()};
  if (auto const* const w = o.if_contains("writes"))
    r.writes = {w->at("lost").to_number<std::uint64_t>(), w->at("repeated").to_number<std::uint64_t>()};
  if (auto const* const w = o.if_contains("webhooks")) r.webhooks = read_webhooks(*w);
  r.exchanges_lost = o.at("exchanges_lost").to_number<std::uint64_t>();
  r.end = word<ending>(o.at("end").at("how"), ending_names);
  r.end_reason = text(o.at("end").at("why"));
}

std::vector<check> read_checks(json::value const& value) {
  std::vector<check> result;
  for (auto const& o : value.as_array()) {
    auto const in = o.at("unit").is_null() ? unit::count : word<unit>(o.at("unit"), unit_names);
    auto const number = [&](std::string_view key) -> std::optional<quantity> {
      auto const n = maybe<std::int64_t>(o.at(key));
      return n ? std::optional(quantity{*n, in}) : std::nullopt;
    };
    check c{text(o.at("name")),
            std::nullopt,
            o.at("ok").as_bool(),
            number("measured"),
            {number("at_least"), number("at_most")},
            text(o.at("sentence"))};
    if (!o.at("when").is_null()) c.when = word<moment>(o.at("when"), moment_names);
    result.push_back(std::move(c));
  }
  return result;
}

verdict read_verdict(json::value const& o) {
  return {word<ruling>(o.at("result"), ruling_names),
          text(o.at("reason")),
          read_checks(o.at("hypotheses")),
          read_checks(o.at("assertions")),
          maybe_ms(o.at("detection_ms")),
          maybe_ms(o.at("recovery_ms"))};
}

}  // namespace

json::value to_json(verdict const& v) {
  return json::object{{"result", ruling_names[static_cast<std::size_t>(v.result)]},
                      {"reason", v.reason},
                      {"detection_ms", ms(v.detection)},
                      {"recovery_ms", ms(v.recovery)},
                      {"hypotheses", write_checks(v.hypotheses)},
                      {"assertions", write_checks(v.assertions)}};
}

json::value to_json(journal const& j) {
  auto const& r = j.facts;
  json::array events;
  for (auto const& e : r.events)
    events.push_back(json::object{{"ms", e.at.count()}, {"at", iso(r.run, e.at)}, {"text", e.text}});
  return json::object{
      {"format", format_name},
      {"run", write_run(r)},
      {"phases", write_phases(r)},
      {"events", std::move(events)},
      {"instants", write_instants(r)},
      {"traffic", write_traffic(r)},
      {"breaker", write_breaker(r.breaker)},
      {"notices", json::object{{"opened", r.notices.opened},
                               {"updated", r.notices.updated},
                               {"resolved", r.notices.resolved},
                               {"suppressed", r.notices.suppressed}}},
      {"writes", json::object{{"lost", r.writes.lost}, {"repeated", r.writes.repeated}}},
      {"webhooks", write_webhooks(r.webhooks)},
      {"exchanges_lost", r.exchanges_lost},
      {"end", json::object{{"how", ending_names[static_cast<std::size_t>(r.end)]}, {"why", r.end_reason}}},
      {"verdict", to_json(j.stored)}};
}

std::expected<journal, std::string> from_json(json::value const& value) {
  try {
    auto const& o = value.as_object();
    if (text(o.at("format")) != format_name)
      return std::unexpected(
          fmt::format("the journal's format is \"{}\"; this version reads \"{}\"", text(o.at("format")), format_name));
    journal result;
    read_run(o.at("run").as_object(), result.facts);
    read_course(o, result.facts);
    read_findings(o, result.facts);
    result.stored = read_verdict(o.at("verdict"));
    return result;
  } catch (std::exception const& error) {
    return std::unexpected(fmt::format("this is not a whole journal: {}", error.what()));
  }
}

std::expected<scenario, std::string> played_scenario(run_identity const& run) {
  scenario_context context;
  std::vector<institution> banks;
  for (auto const& i : run.institutions) banks.push_back({i.id, i.name, i.aliases});
  context.banks = institutions(std::move(banks));
  context.error_codes = run.error_codes;  // hosts are not checked again: nothing will be injected
  if (!run.target.empty()) context.target = run.target;
  auto read = check_scenario(run.scenario_text, run.scenario_file, context);
  if (!read)
    return std::unexpected("the scenario in the journal cannot be read any more:\n" +
                           explain(read.error(), run.scenario_text));
  return compress(std::move(*read), run.compress);
}

std::expected<verdict, std::string> recompute(journal const& j) {
  auto const played = played_scenario(j.facts.run);
  if (!played) return std::unexpected(played.error());
  return judge(*played, j.facts);
}

}  // namespace vendaval::controller
