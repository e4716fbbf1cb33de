#include "proxy/dialects/belvo/belvo.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "proxy/dialects/belvo/answer.hpp"
#include "proxy/dialects/belvo/errors.hpp"
#include "proxy/dialects/belvo/request.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/json_links.hpp"
#include "proxy/dialects/url.hpp"

namespace vendaval::dialects {
namespace {

using belvo_requests::family;

void add(std::vector<std::string>& banks, std::string id) {
  if (std::ranges::find(banks, id) == banks.end()) banks.push_back(std::move(id));
}

/// What the body of a request names: Belvo's name of a bank, or a link.
struct named {
  std::optional<std::string> institution;
  std::vector<std::string> links;
  bool readable = false;
};

named names_in(std::string_view body) {
  named result;
  auto const value = parse_bounded(body);
  auto const* object = value ? value->if_object() : nullptr;
  if (!object) return result;
  result.readable = true;
  if (auto const name = text_at(*object, "institution")) result.institution = std::string(*name);
  for (auto const key : {"link", "link_id"})
    if (auto const id = text_at(*object, key)) result.links.emplace_back(*id);
  return result;
}

}  // namespace

belvo::belvo(dialect_settings const& settings)
    : banks_(settings.banks), links_(settings.links, settings.learned_limit) {}

bool belvo::wants_body(request_view const& request) const { return belvo_requests::read(request).names_in_body; }

target belvo::read(request_view const& request) {
  auto const asked = belvo_requests::read(request);
  target result{{}, asked.what, asked.route};
  if (asked.of == family::other) return result;
  auto const by_name = [&](std::string_view name) {
    if (auto const* bank = banks_.find(name)) return add(result.institutions, bank->id);
    add(result.institutions, links_.find(belvo_answers::numbered(name)).value_or(std::string(unknown_institution)));
  };
  auto const by_id = [&](std::string_view id) {
    add(result.institutions, links_.find(id).value_or(std::string(unknown_institution)));
  };
  if (!asked.id.empty()) asked.of == family::institutions ? by_name(asked.id) : by_id(asked.id);
  auto const filters = belvo_requests::read_filters(request.target);
  std::ranges::for_each(filters.ids, by_id);
  std::ranges::for_each(filters.institutions, by_name);
  if (!asked.names_in_body) return result;
  auto const body = names_in(request.body);
  if (body.institution) by_name(*body.institution);
  std::ranges::for_each(body.links, by_id);
  // A token may be for no link in particular; anything else that writes concerns some bank, so say that we do not know.
  bool const nobody = result.institutions.empty() && (asked.of != family::token || !body.readable);
  if (nobody) result.institutions.emplace_back(unknown_institution);
  return result;
}

judgement belvo::judge(request_view const& request, response_view const& response) const {
  return belvo_answers::judge(request, response);
}

std::vector<learned> belvo::learn(request_view const& request, response_view const& response) const {
  return belvo_answers::learn(request, response, banks_, links_);
}

void belvo::remember(std::span<learned const> facts) {
  for (auto const& fact : facts) links_.remember(fact);
}

std::optional<std::string> belvo::rewrite(std::string_view body, std::string_view from, std::string_view to) const {
  return rewrite_page_links(body, from, to);
}

std::optional<faults::plan::answer> belvo::error(std::string_view code, std::string_view request_id) const {
  return belvo_errors::answer(code, request_id);
}

std::vector<std::string> belvo::error_codes() const {
  std::vector<std::string> result;
  for (auto const& entry : belvo_errors::all()) result.emplace_back(entry.code);
  result.emplace_back(faults::throttled_html);
  return result;
}

weight belvo::weigh(outcome result, unsigned status) const {
  // A client that left before any answer came gave up waiting; one that left in the middle of an answer may have had
  // enough of it. Only the first says something about the bank.
  if (result == outcome::client_gone) return status == 0 ? weight::bad : weight::neither;
  return belvo_errors::weight_of(result);
}

}  // namespace vendaval::dialects
