#include "sandbox/bank/bank.hpp"

#include <fmt/format.h>

#include "sandbox/bank/call.hpp"
#include "sandbox/bank/paging.hpp"
#include "sandbox/basic_auth.hpp"

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

json::object institution_body(bank_record const& bank) {
  return {{"id", bank.number},
          {"name", bank.alias},
          {"type", "bank"},
          {"display_name", bank.name},
          {"country_code", "BR"},
          {"country_codes", json::array{"BR"}},
          {"website", fmt::format("https://{}.example", bank.code)},
          {"primary_color", "#1a4d8f"},
          {"logo", nullptr},
          {"icon_logo", nullptr},
          {"text_logo", nullptr},
          {"form_fields", json::array{}},
          {"features", json::array{}},
          {"integration_type", "openbanking"},
          {"status", bank.status == bank_status::down ? "down" : "healthy"},
          {"resources", json::array{"ACCOUNTS", "TRANSACTIONS", "BALANCES", "OWNERS"}}};
}

}  // namespace

bank::bank(bank_settings settings, institutions banks, timeline calendar)
    : settings_(std::move(settings)),
      calendar_(calendar),
      authorization_(basic_authorization(settings_.secret_id, settings_.secret_password)),
      throttle_(settings_.throttle_requests, settings_.throttle_window),
      refreshes_(settings_.refresh),
      refreshed_(calendar.steady),
      store_(std::make_unique<store>(make_store(banks, settings_, calendar.wall))) {
  while (settings_.public_origin.ends_with('/')) settings_.public_origin.pop_back();
}

bank::~bank() = default;
bank::bank(bank&&) noexcept = default;

bank_answer bank::handle(http_request const& request, time_point now, dice& d) {
  if (!throttle_.admits(request.peer, now)) return {throttle_page(), {}};
  call c(request, now, d);
  if (!c.known_path) return {c.refuse(errors::not_found()), {}};
  if (c.what() != operation::token && !authorised(request)) return {c.refuse(errors::authentication_failed()), {}};
  if (c.area == "sandbox") return {status_answer(c), {}};
  auto const latency = draw_latency(c.what(), d);
  bool const may_fail = c.what() != operation::meta && c.what() != operation::token;
  if (may_fail && d.chance(settings_.errors.share())) return {c.refuse(errors::unexpected_error()), latency};
  auto response = answer(c);
  return {std::move(response), latency, std::move(c.webhooks)};
}

std::vector<webhook> bank::refresh(time_point now, dice& d) {
  std::vector<webhook> result;
  for (auto const& link : store_->links) {
    bool const kept = link.body.at("access_mode") == "recurrent" && link.body.at("status") == "valid";
    if (!kept || store_->bank_of(link).status == bank_status::down) continue;
    if (refreshes_.due(link.id, refreshed_, now)) result.push_back(refreshed(link, d));
  }
  refreshed_ = now;
  return result;
}

http_response bank::answer(call& c) {
  if (c.resource.empty()) return c.is("GET") ? json_answer(json::object{{"status", "ok"}}) : c.refuse_method();
  if (c.resource == "institutions") return institutions_answer(c);
  if (c.resource == "links") return links_answer(c);
  if (c.resource == "token") return token_answer(c);
  if (store_->find_resource(c.resource)) return resource_answer(c);
  return c.refuse(errors::not_found());
}

http_response bank::institutions_answer(call& c) {
  if (!c.is("GET")) return c.refuse_method();
  std::vector<json::object> bodies;
  for (auto const& record : store_->banks) {
    if (!c.id.empty() && c.id == std::to_string(record.number)) return json_answer(institution_body(record));
    bodies.push_back(institution_body(record));
  }
  if (!c.id.empty()) return c.refuse(errors::not_found());
  std::vector<json::object const*> all;
  for (auto const& body : bodies) all.push_back(&body);
  return listed(c, all);
}

http_response bank::listed(call& c, std::vector<json::object const*> const& all) {
  auto const host = c.request.header("Host").value_or("localhost");
  auto const origin =
      settings_.public_origin.empty() ? fmt::format("{}://{}", settings_.scheme, host) : settings_.public_origin;
  auto page = page_of(all, c.request, origin, settings_.page_size);
  if (!page) return c.refuse(errors::invalid_page());
  http_response answer;
  answer.body = std::move(*page);
  return answer;
}

http_response bank::status_answer(call& c) {
  if (c.resource != "institutions" || c.id.empty()) return c.refuse(errors::not_found());
  if (!c.is("PUT")) return c.refuse_method();
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  auto const status = body.required("status");
  if (body.wrong.empty() && status != "healthy" && status != "down")
    body.wrong.push_back(errors::invalid("status", fmt::format("\"{}\" is not one of: healthy, down", status)));
  if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
  if (!set_status(c.id, status == "down" ? bank_status::down : bank_status::healthy))
    return c.refuse(errors::not_found());
  return json_answer(json::object{{"institution", c.id}, {"status", status}});
}

bool bank::set_status(std::string_view institution, bank_status status) {
  auto* record = store_->find_bank(institution);
  if (record) record->status = status;
  return record != nullptr;
}

std::vector<std::string> bank::links_of(std::string_view institution) const {
  std::vector<std::string> result;
  auto const* record = store_->find_bank(institution);
  for (auto const& link : store_->links)
    if (record && link.institution == record->alias) result.push_back(link.id);
  return result;
}

bool bank::authorised(http_request const& request) const {
  return request.header("Authorization").value_or("") == authorization_;
}

duration bank::draw_latency(operation what, dice& d) const {
  switch (what) {
    case operation::link: return settings_.link.draw(d);
    case operation::retrieve: return settings_.retrieve.draw(d);
    case operation::read: return settings_.read.draw(d);
    case operation::token: return settings_.token.draw(d);
    case operation::meta: return settings_.meta.draw(d);
  }
  return {};
}

}  // namespace vendaval::sandbox
