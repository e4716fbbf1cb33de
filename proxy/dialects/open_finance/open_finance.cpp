#include "proxy/dialects/open_finance/open_finance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/json_links.hpp"
#include "proxy/dialects/open_finance/discovery.hpp"
#include "proxy/dialects/open_finance/errors.hpp"
#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

namespace errors = open_finance_errors;
namespace discovery = open_finance_discovery;

constexpr std::string_view interaction_id = "x-fapi-interaction-id";
constexpr std::string_view id_missing = "INTERACTION_ID_MISSING", id_mismatch = "INTERACTION_ID_MISMATCH";
constexpr std::array<std::string_view, 5> meta_apis{"discovery", "admin", "channels", "products-services", "opendata"};

/// A path after the bank's own prefix: {"open-banking", "accounts", "v2", "accounts", id}; empty outside the standard.
std::vector<std::string_view> standard_parts(std::string_view target) {
  auto parts = segments(split(target).path);
  auto const begin = std::ranges::find(parts, "open-banking");
  parts.erase(parts.begin(), begin);
  return parts;
}

bool is_discovery(std::vector<std::string_view> const& parts, std::string_view what) {
  return parts.size() == 4 && parts[1] == "discovery" && parts[3] == what;
}

operation operation_of(std::vector<std::string_view> const& parts, std::string_view method, std::string_view path) {
  bool const reads = method == "GET" || method == "HEAD" || method == "OPTIONS";
  if (parts.size() < 2) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return !reads && path.ends_with("/token") ? operation::token : operation::meta;
  }
  auto const open_data = [&](std::string_view api) { return parts[1] == api || parts[1].starts_with("opendata-"); };
  if (std::ranges::any_of(meta_apis, open_data)) return operation::meta;
  bool const consent = parts[1] == "consents" || (parts.size() > 3 && parts[3] == "consents");
  if (consent) return reads ? operation::read : operation::link;
  return parts[1] == "resources" ? operation::read : operation::retrieve;
}

bool is_html(std::string_view content_type) { return contains_word(content_type, "html"); }

judgement judge_success(request_view const& request, response_view const& response) {
  bool const bodiless = request.method == "HEAD" || response.status == 204 || response.status == 304;
  auto const parts = standard_parts(request.target);
  if (bodiless || parts.empty()) return {outcome::ok, {}, weight::good};
  bool const understood = response.inspected ? is_json(response.body) : !is_html(response.content_type);
  if (!understood) return {outcome::invalid_body, {}, weight::bad};
  auto const trouble = is_discovery(parts, "status") ? discovery::trouble_in(response.body) : std::nullopt;
  if (!trouble) return {outcome::ok, {}, weight::good};
  // What was announced and is let pass by the rules is not held against the bank.
  auto const counts = *trouble == "SCHEDULED_OUTAGE" ? weight::neither : weight::bad;
  return {outcome::institution_down, std::string(*trouble), counts};
}

void check_echo(request_view const& request, response_view const& response, judgement& said) {
  auto const sent = framing::value_of(request.fields, interaction_id);
  if (sent.empty() || standard_parts(request.target).empty()) return;
  auto const echoed = framing::value_of(response.fields, interaction_id);
  if (same_word(sent, echoed)) return;
  if (!echoed.empty()) {
    said.code = id_mismatch;
    if (said.result == outcome::ok) said = {outcome::invalid_body, std::string(id_mismatch), weight::bad};
  } else if (said.code.empty()) {
    said.code = id_missing;
  }
}

/// A request_id in the form of a UUID.
std::string as_uuid(std::string_view hex) {
  if (hex.size() != 32) return std::string(hex);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

}  // namespace

target open_finance::read(request_view const& request) {
  auto const path = split(request.target).path;
  auto const parts = standard_parts(request.target);
  target result{{}, operation_of(parts, request.method, path), safe_route(path)};
  if (!parts.empty()) result.route = safe_route(path.substr(static_cast<std::size_t>(parts[0].data() - path.data())));
  if (auto bank = book_.bank_of(request))
    result.institutions.push_back(*std::move(bank));
  else
    result.what = operation::meta;
  return result;
}

judgement open_finance::judge(request_view const& request, response_view const& response) const {
  judgement said;
  if (response.status < 400) {
    said = judge_success(request, response);
  } else {
    auto const code = response.inspected ? errors::code_in(response.body) : std::string_view();
    auto const* known = code.empty() ? errors::of_status(response.status) : errors::find(code);
    said.result = known && known->status == response.status ? known->result : errors::outcome_of(response.status);
    if (known) said.code = known->code;
    said.counts = weigh(said.result, response.status);
  }
  check_echo(request, response, said);
  return said;
}

std::optional<std::string> open_finance::rewrite(std::string_view body, std::string_view from,
                                                 std::string_view to) const {
  constexpr std::string_view members[]{"self", "first", "prev", "next", "last"};
  return rewrite_links(body, from, to, {"links", members});
}

std::optional<faults::plan::answer> open_finance::error(std::string_view code, std::string_view request_id) const {
  if (code == faults::throttled_html) return forbidden_page();
  auto const* known = errors::find(code);
  for (auto const& busy : faults::busy_words)
    if (busy.code == code) known = errors::of_status(busy.status);
  if (!known) return std::nullopt;
  return faults::plan::answer{.status = known->status,
                              .code = std::string(known->code),
                              .content_type = "application/json; charset=utf-8",
                              .body = errors::body(known->code, known->title, "1970-01-01T00:00:00Z"),
                              .headers = {{std::string(interaction_id), as_uuid(request_id)}}};
}

/// Dates the answer and gives the request its id back. An outage is announced where banks announce it, and is a 503
/// everywhere else.
void open_finance::complete(faults::plan::answer& answer, request_view const& request, wall_time now) const {
  auto const* known = errors::find(answer.code);
  if (!known) return;
  auto const sent = framing::value_of(request.fields, interaction_id);
  for (auto& header : answer.headers)
    if (header.name == interaction_id && is_uuid(sent)) header.value = sent;
  answer.body = errors::body(known->code, known->title, discovery::instant(now));
  auto const parts = standard_parts(request.target);
  if (!discovery::announces(known->code) || request.method != "GET") return;
  auto const self = fmt::format("https://{}{}", request.host, request.target);
  bool const planned = known->code == "SCHEDULED_OUTAGE" && is_discovery(parts, "outages");
  if (!planned && !is_discovery(parts, "status")) return;
  answer.status = 200;
  answer.body = planned ? discovery::outages(self, now) : discovery::status(known->code, self, now);
}

std::vector<std::string> open_finance::error_codes() const {
  std::vector<std::string> result;
  for (auto const& known : errors::all()) result.emplace_back(known.code);
  result.emplace_back(faults::throttled_html);
  for (auto const& busy : faults::busy_words) result.emplace_back(busy.code);
  return result;
}

weight open_finance::weigh(outcome result, unsigned status) const {
  // A bank must bear 300 transactions a second: overload is its failure, unlike a caller's own limit.
  return status == 529 ? weight::bad : usual_weight(result);
}

}  // namespace vendaval::dialects
