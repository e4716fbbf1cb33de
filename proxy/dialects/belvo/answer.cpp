#include "proxy/dialects/belvo/answer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <unordered_set>

#include "proxy/dialects/belvo/errors.hpp"
#include "proxy/dialects/belvo/items.hpp"
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

judgement judged(outcome result, std::string_view code = {}) {
  return {result, std::string(code), usual_weight(result)};
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

/// Tells whose an item of an answer is.
class owner_finder {
 public:
  owner_finder(institutions const& banks, link_map const& links) : banks_(banks), links_(links) {}

  std::optional<std::string_view> operator()(item const& one) const {
    auto bank = named(one.institution);
    if (!bank) bank = named(one.account.institution);
    if (!bank) bank = behind(one.link);
    if (!bank) bank = behind(one.account.link);
    return bank;
  }
  std::optional<std::string_view> named(std::string_view name) const {
    auto const* bank = name.empty() ? nullptr : banks_.find(name);
    return bank ? std::optional<std::string_view>(bank->id) : std::nullopt;
  }
  std::optional<std::string_view> behind(std::string_view id) const {
    return id.empty() ? std::nullopt : links_.peek(id);
  }

 private:
  institutions const& banks_;
  link_map const& links_;
};

/// Collects facts; an id that is known with the same bank is not news.
class collector {
 public:
  collector(institutions const& banks, link_map const& links) : links_(links), owner_(banks, links) {}

  void all(items const& said, belvo_requests::family asked) {
    using belvo_requests::family;
    for (auto const& one : said.all)
      asked == family::institutions ? institution(one) : belonging(one, asked == family::links);
  }
  std::vector<learned> take() { return std::move(facts_); }

 private:
  void institution(item const& one) {
    auto const bank = owner_.named(one.name);
    if (bank && !one.number.empty()) note(numbered(one.number), *bank, false);
  }
  void belonging(item const& one, bool is_link) {
    auto const bank = owner_(one);
    if (!bank) return;
    note(one.id, *bank, is_link);
    note(one.account.id, *bank, false);
    for (auto const id : {one.link, one.account.link}) note(id, *bank, true);
  }
  void note(std::string_view id, std::string_view bank, bool is_link) {
    if (id.empty() || id.size() > 64 || links_.peek(id) == bank || !seen_.emplace(id).second) return;
    facts_.push_back({std::string(id), std::string(bank), is_link});
  }

  link_map const& links_;
  owner_finder owner_;
  std::unordered_set<std::string> seen_;
  std::vector<learned> facts_;
};

/// Under /api/ a success must carry JSON. "Manutenção programada" as HTML with status 200 is the silent kind of outage:
/// the SDK hands it on as if it were data. One walk over the text says whether it is JSON and what it teaches.
judgement success(request_view const& request, response_view const& response, collector facts) {
  bool const bodiless =
      request.method == "HEAD" || response.status == 204 || response.status == 205 || response.status == 304;
  if (bodiless || !belvo_requests::in_api(request.target)) return judged(outcome::ok);
  if (!response.inspected) return judged(is_html(response) ? outcome::invalid_body : outcome::ok);
  using belvo_requests::family;
  auto const asked = belvo_requests::read(request).of;
  bool const teaches = asked == family::links || asked == family::resource || asked == family::institutions;
  if (!teaches) return judged(is_json(response.body) ? outcome::ok : outcome::invalid_body);
  items const said(response.body);
  if (!said.valid) return judged(outcome::invalid_body);
  facts.all(said, asked);
  auto result = judged(outcome::ok);
  result.news = facts.take();
  return result;
}

}  // namespace

judgement judge(request_view const& request, response_view const& response, institutions const& banks,
                link_map const& links) {
  if (response.status < 300 || response.status == 304) return success(request, response, collector(banks, links));
  auto const error = response.inspected ? first_error(response.body) : said{};
  auto const* known = belvo_errors::find(error.code);
  if (!known) return judged(outcome_of_status(response));
  if (error.code == "login_error") return judged(belvo_errors::meaning_of_login_error(error.message), error.code);
  return judged(known->result, known->code);
}

std::optional<std::string> without(std::string_view body, std::span<std::string const> dropped,
                                   institutions const& banks, link_map const& links) {
  owner_finder const owner(banks, links);
  return remove_items(body, "results", [&](std::string_view text) {
    items const only(text);
    if (only.all.size() != 1 || !text.starts_with('{')) return false;
    auto bank = owner(only.all.front());
    if (!bank) bank = owner.behind(only.all.front().id);
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
