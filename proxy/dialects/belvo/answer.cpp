#include "proxy/dialects/belvo/answer.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <unordered_set>

#include "proxy/dialects/belvo/errors.hpp"
#include "proxy/dialects/belvo/request.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/http_api.hpp"
#include "proxy/dialects/json_items.hpp"
#include "proxy/dialects/url.hpp"

namespace vendaval::dialects::belvo_answers {
namespace {

namespace json = boost::json;

bool is_html(response_view const& response) { return contains_word(response.content_type, "html"); }

bool begins_like_html(std::string_view body) {
  auto const first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '<';
}

judgement judged(response_view const& response, outcome result, std::string_view code = {}) {
  return {result, std::string(code), usual_weight(result, response.status)};
}

/// Under /api/ a success must carry JSON. "Manutenção programada" as HTML with status 200 is the silent kind of outage:
/// the SDK hands it on as if it were data.
outcome outcome_of_success(request_view const& request, response_view const& response) {
  if (request.method == "HEAD" || response.status == 204 || response.status == 205 || response.status == 304)
    return outcome::ok;
  if (!belvo_requests::in_api(request.target)) return outcome::ok;
  if (!response.inspected) return is_html(response) ? outcome::invalid_body : outcome::ok;
  return is_json(response.body) ? outcome::ok : outcome::invalid_body;
}

outcome outcome_of_status(response_view const& response) {
  auto const status = response.status;
  if (status == 403)
    return is_html(response) || begins_like_html(response.body) ? outcome::throttled : outcome::client_error;
  if (status == 429 || status == 529) return outcome::throttled;
  if (status == 401) return outcome::auth_platform;
  if (status == 408) return outcome::timeout;
  if (status == 428) return outcome::mfa;
  return status >= 500 ? outcome::upstream_5xx : outcome::client_error;
}

struct said {
  std::string code, message;
};

/// The first error of the array; Belvo's gateways sometimes send the object alone.
said first_error(std::string_view body) {
  auto const value = parse_bounded(body);
  if (!value) return {};
  auto const* object = value->if_object();
  if (auto const* list = value->if_array(); list && !list->empty()) object = list->front().if_object();
  if (!object) return {};
  return {std::string(text_at(*object, "code").value_or("")), std::string(text_at(*object, "message").value_or(""))};
}

/// Tells whose an object of an answer is.
class owner_finder {
 public:
  owner_finder(institutions const& banks, link_map const& links) : banks_(banks), links_(links) {}

  std::optional<std::string> operator()(json::object const& object) const {
    auto const* account = object_at(object, "account");
    auto bank = bank_in(object);
    if (!bank && account) bank = bank_in(*account);
    if (!bank) bank = bank_behind(object, "link");
    if (!bank && account) bank = bank_behind(*account, "link");
    return bank;
  }
  std::optional<std::string> bank_behind(json::object const& object, std::string_view key) const {
    auto const id = text_at(object, key);
    return id ? links_.peek(*id) : std::nullopt;
  }

 private:
  std::optional<std::string> bank_in(json::object const& object) const {
    auto name = text_at(object, "institution");
    if (auto const* nested = object_at(object, "institution")) name = text_at(*nested, "name");
    auto const* bank = name ? banks_.find(*name) : nullptr;
    return bank ? std::optional(bank->id) : std::nullopt;
  }

  institutions const& banks_;
  link_map const& links_;
};

/// Collects facts; an id that is known with the same bank is not news.
class collector {
 public:
  collector(institutions const& banks, link_map const& links) : banks_(banks), links_(links), owner_(banks, links) {}

  void institution_of_list(json::object const& object) {
    auto const name = text_at(object, "name");
    auto const* bank = name ? banks_.find(*name) : nullptr;
    auto const* number = object.if_contains("id");
    if (bank && number && number->is_number()) note(numbered(json::serialize(*number)), bank->id);
  }

  void item(json::object const& object) {
    auto const bank = owner_(object);
    if (!bank) return;
    note_ids(object, *bank);
    if (auto const* account = object_at(object, "account")) note_ids(*account, *bank);
  }

  std::vector<learned> take() { return std::move(facts_); }

 private:
  void note_ids(json::object const& object, std::string const& bank) {
    for (auto const key : {"id", "link"})
      if (auto const id = text_at(object, key)) note(*id, bank);
  }
  void note(std::string_view id, std::string const& bank) {
    if (id.size() > 64 || links_.peek(id) == bank || !seen_.emplace(id).second) return;
    facts_.push_back({std::string(id), bank});
  }

  institutions const& banks_;
  link_map const& links_;
  owner_finder owner_;
  std::unordered_set<std::string> seen_;
  std::vector<learned> facts_;
};

}  // namespace

judgement judge(request_view const& request, response_view const& response) {
  if (response.status < 300 || response.status == 304) return judged(response, outcome_of_success(request, response));
  auto const error = response.inspected ? first_error(response.body) : said{};
  auto const* known = belvo_errors::find(error.code);
  if (!known) return judged(response, outcome_of_status(response));
  if (error.code == "login_error")
    return judged(response, belvo_errors::meaning_of_login_error(error.message), error.code);
  return judged(response, known->result, known->code);
}

std::vector<learned> learn(request_view const& request, response_view const& response, institutions const& banks,
                           link_map const& links) {
  using belvo_requests::family;
  auto const of = belvo_requests::read(request).of;
  bool const teaches = of == family::links || of == family::resource || of == family::institutions;
  if (!teaches || !response.inspected || response.status < 200 || response.status >= 300) return {};
  std::array<unsigned char, 8 * 1024> nearby;  // a page of a list seldom needs more
  json::monotonic_resource memory(nearby.data(), nearby.size());
  auto const body = parse_bounded(response.body, &memory);
  if (!body) return {};
  collector facts(banks, links);
  auto const take = [&](json::object const& object) {
    of == family::institutions ? facts.institution_of_list(object) : facts.item(object);
  };
  auto const* list = body->if_array();
  if (auto const* object = body->if_object()) {
    auto const* results = object->if_contains("results");
    list = results ? results->if_array() : nullptr;
    if (!list) take(*object);
  }
  if (!list) return facts.take();
  for (auto const& element : *list)
    if (auto const* object = element.if_object()) take(*object);
  return facts.take();
}

std::optional<std::string> without(std::string_view body, std::span<std::string const> dropped,
                                   institutions const& banks, link_map const& links) {
  owner_finder const owner(banks, links);
  return remove_items(body, "results", [&](std::string_view item) {
    auto const value = parse_bounded(item);
    auto const* object = value ? value->if_object() : nullptr;
    if (!object) return false;
    auto bank = owner(*object);
    if (!bank) bank = owner.bank_behind(*object, "id");
    return bank && std::ranges::find(dropped, *bank) != dropped.end();
  });
}

std::optional<std::string> relisted(std::string_view body, std::span<faults::plan::relisting const> wanted,
                                    institutions const& banks) {
  return set_members(body, "results", "status", [&](std::string_view item) -> std::optional<std::string> {
    auto const value = parse_bounded(item);
    auto const* object = value ? value->if_object() : nullptr;
    auto const name = object ? text_at(*object, "name") : std::nullopt;
    auto const* bank = name ? banks.find(*name) : nullptr;
    if (!bank) return std::nullopt;
    auto const wish = std::ranges::find(wanted, bank->id, &faults::plan::relisting::institution);
    if (wish == wanted.end()) return std::nullopt;
    return json::serialize(json::string(wish->status));
  });
}

std::string numbered(std::string_view institution_number) { return "institution#" + std::string(institution_number); }

}  // namespace vendaval::dialects::belvo_answers
