#include "proxy/dialects/belvo/belvo.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "proxy/dialects/belvo/answer.hpp"
#include "proxy/dialects/belvo/errors.hpp"
#include "proxy/dialects/belvo/request.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/http_api.hpp"
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
    : banks_(settings.banks),
      links_(settings.links, settings.learned_limit),
      lists_(settings.lists),
      ask_for_links_(settings.ask_for_links) {}

bool belvo::wants_body(request_view const& request) const {
  return request.method != "GET" && belvo_requests::read(request).names_in_body;
}

std::string belvo::bank_named(std::string_view name) {
  if (auto const* bank = banks_.find(name)) return bank->id;
  return bank_of(belvo_answers::numbered(name));
}

std::string belvo::bank_of(std::string_view id) { return std::string(links_.find(id).value_or(unknown_institution)); }

std::optional<webhook> belvo::read_webhook(std::string_view body) {
  auto const value = parse_bounded(body);
  auto const* const object = value ? value->if_object() : nullptr;
  if (!object) return std::nullopt;
  auto const text = [object](std::string_view key) { return std::string(text_at(*object, key).value_or("")); };
  webhook said{.institution = {}, .type = text("webhook_type"), .code = text("webhook_code"), .link = text("link_id")};
  if (said.type.empty()) return std::nullopt;
  said.institution = bank_of(said.link);
  return said;
}

/// An item of the answer passes every filter, so one that is understood says it all: a link's bank is the bank,
/// whatever account is asked for beside it.
void belvo::read_filters(std::string_view request_target, target& into) {
  auto const given = belvo_requests::read_filters(request_target);
  std::vector<std::string> all;
  auto const understood = [&](std::vector<std::string> const& names, auto const& bank) {
    std::vector<std::string> banks;
    for (auto const& name : names) add(banks, bank(name));
    if (!banks.empty() && std::ranges::find(banks, unknown_institution) == banks.end()) {
      for (auto& one : banks) add(into.institutions, std::move(one));
      return true;
    }
    for (auto& one : banks) add(all, std::move(one));
    return false;
  };
  auto const by_id = [this](std::string const& id) { return bank_of(id); };
  auto const by_name = [this](std::string const& name) { return bank_named(name); };
  bool const known = understood(given.links, by_id) || understood(given.institutions, by_name) ||
                     understood(given.accounts, by_id) || understood(given.ids, by_id);
  if (known) return;
  for (auto& one : all) add(into.institutions, std::move(one));
}

target belvo::read(request_view const& request) {
  auto const asked = belvo_requests::read(request);
  target result{{}, asked.what, asked.route};
  if (asked.of == family::other) return result;
  if (!asked.id.empty())
    add(result.institutions, asked.of == family::institutions ? bank_named(asked.id) : bank_of(asked.id));
  else
    read_filters(request.target, result);
  if (asked.of == family::links) result.link = asked.id;
  result.lists_banks = asked.of == family::institutions && request.method == "GET";
  bool const list = asked.id.empty() && request.method == "GET" && asked.of != family::institutions;
  result.parts = list && lists_ == multi_bank::drop_results && result.institutions.size() > 1;
  if (!asked.names_in_body) return result;
  auto const body = names_in(request.body);
  if (body.institution) add(result.institutions, bank_named(*body.institution));
  for (auto const& id : body.links) add(result.institutions, bank_of(id));
  if (body.links.size() == 1) result.link = body.links.front();
  // A token may be for no link in particular; anything else that writes concerns some bank, so say that we do not know.
  bool const nobody = result.institutions.empty() && (asked.of != family::token || !body.readable);
  if (nobody) result.institutions.emplace_back(unknown_institution);
  return result;
}

std::vector<std::string> belvo::questions(request_view const& request) const {
  if (!ask_for_links_) return {};
  auto const asked = belvo_requests::read(request);
  if (asked.of == family::other) return {};
  auto links = belvo_requests::read_filters(request.target).links;
  if (asked.of == family::links && !asked.id.empty()) links = {asked.id};
  if (asked.names_in_body) std::ranges::copy(names_in(request.body).links, std::back_inserter(links));
  std::erase_if(links, [this](std::string const& id) { return !is_uuid(id) || links_.peek(id); });
  for (auto& id : links) id = "/api/links/" + id + "/";
  return links;
}

judgement belvo::judge(request_view const& request, response_view const& response) const {
  return belvo_answers::judge(request, response, banks_, links_);
}

void belvo::remember(std::span<learned const> facts) {
  for (auto const& fact : facts) links_.remember(fact);
}

std::optional<std::string> belvo::rewrite(std::string_view body, std::string_view from, std::string_view to) const {
  constexpr std::string_view members[]{"next", "previous"};
  return rewrite_links(body, from, to, {"", members});
}

std::optional<std::string> belvo::without(std::string_view body, std::span<std::string const> banks) const {
  return belvo_answers::without(body, banks, banks_, links_);
}

std::optional<std::string> belvo::relisted(std::string_view body,
                                           std::span<faults::plan::relisting const> banks) const {
  return belvo_answers::relisted(body, banks, banks_);
}

std::optional<faults::plan::answer> belvo::error(std::string_view code, std::string_view request_id) const {
  return belvo_errors::answer(code, request_id);
}

/// A challenge says which link it is for, or nobody could resume it.
void belvo::complete(faults::plan::answer& made, request_view const& request, wall_time) const {
  constexpr std::string_view nobody = R"("link":null)";
  auto const at = made.code == "token_required" ? made.body.find(nobody) : std::string::npos;
  if (at == std::string::npos) return;
  auto const links = names_in(request.body).links;
  if (links.size() == 1)
    made.body.replace(at, nobody.size(), R"("link":)" + boost::json::serialize(boost::json::string(links.front())));
}

std::vector<std::string> belvo::error_codes() const {
  std::vector<std::string> result;
  for (auto const& entry : belvo_errors::all()) result.emplace_back(entry.word());
  result.emplace_back(faults::throttled_html);
  return result;
}

weight belvo::weigh(outcome result, unsigned) const { return usual_weight(result); }

}  // namespace vendaval::dialects
