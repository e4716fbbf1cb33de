#include "monitor/alerts/explanation.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "monitor/alerts/rule_state.hpp"
#include "monitor/detect/binomial.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;

json::value ms(std::optional<duration> d) {
  return d ? json::value(std::chrono::duration<double, std::milli>(*d).count()) : json::value(nullptr);
}

double seconds_of(duration d) { return std::chrono::duration<double>(d).count(); }

/// In the unit of what is observed: percent, or seconds.
json::value limit_of(rule const& r) {
  if (r.what == metric::outage) return nullptr;
  return r.what == metric::latency_p95 ? seconds_of(r.slow) : r.share.value;
}

json::value written_limit(rule const& r, baseline const& b) {
  return r.what == metric::latency_p95 ? seconds_of(b.static_latency) : b.static_errors.value;
}

std::string seen_in_words(rule const& r, reading const& seen) {
  if (r.what == metric::latency_p95)
    return fmt::format("p95 de {:.2f} s em {} ({} chamadas)", seen.observed, show(r.lasts), seen.samples);
  return fmt::format("{} de {} chamadas falharam em {}", seen.bad, seen.samples, show(r.lasts));
}

std::string written_in_words(rule const& r) {
  switch (r.what) {
    case metric::success_rate: return fmt::format("limite de sucesso {}", show(r.share));
    case metric::error_rate: return fmt::format("limite de erros {}", show(r.share));
    case metric::latency_p95: return fmt::format("limite {}", show(r.slow));
    case metric::outage: break;
  }
  return "nenhuma resposta boa";
}

}  // namespace

double chance_of(rule const& r, reading const& seen) {
  return binomial_tail(seen.samples, seen.bad, r.what == metric::latency_p95 ? slower_than_p95 : r.share.share());
}

explanation explain(rule const& r, reading const& seen, baseline const* usual) {
  auto const eased = r.clearing();
  json::object object{{"rule", r.name},
                      {"metric", name_of(r.what)},
                      {"window_s", seconds_of(r.lasts)},
                      {"observed", seen.observed},
                      {"samples", seen.samples},
                      {"good", seen.good},
                      {"bad", seen.bad},
                      {"limit", limit_of(r)},
                      {"clears_at", limit_of(eased)},
                      {"min_samples", r.min_samples}};
  auto sentence = seen_in_words(r, seen) + "; ";
  if (usual) {
    auto const chance = chance_of(r, seen);
    sentence += fmt::format("{}; por acaso só {:.2g}", limits_in_words(*usual), chance);
    object["chance"] = chance;
    object["written_limit"] = written_limit(r, *usual);
    object["usual"] = to_json(*usual);
  } else {
    sentence += written_in_words(r);
  }
  object["sentence"] = sentence;
  return {std::move(sentence), json::serialize(object)};
}

json::value parsed(std::string const& object) {
  boost::system::error_code wrong;
  return json::parse(object, wrong);
}

json::object to_json(baseline const& b) {
  json::object left_out;
  for (std::size_t i = 1; i < b.left_out.size(); ++i) left_out[exclusion_names[i]] = b.left_out[i];
  return {{"at", iso8601(b.at)},
          {"pool", name_of(b.from)},
          {"stretches", b.stretches},
          {"calls", b.calls},
          {"clean_days", b.clean_days},
          {"left_out", std::move(left_out)},
          {"p95_median_ms", ms(b.median)},
          {"mad_of_ln_p95", b.spread},
          {"k", b.fire},
          {"p95_limit_ms", ms(b.latency_limit)},
          {"p95_clear_ms", ms(b.latency_clear)},
          {"p95_static_ms", ms(b.static_latency)},
          {"bounded_by_static", b.bounded},
          {"usual_errors_percent", b.usual_errors * 100},
          {"errors_against_percent", b.error_limit * 100},
          {"errors_static_percent", b.static_errors.value},
          {"approved_by", b.approved_by.empty() ? json::value(nullptr) : json::value(b.approved_by)}};
}

}  // namespace vendaval::monitor
