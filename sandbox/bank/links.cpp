/// Links and widget tokens.
#include <algorithm>

#include "sandbox/bank/call.hpp"
#include "sandbox/bank/paging.hpp"

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

constexpr duration token_life = 10min;

}  // namespace

http_response bank::links_answer(call& c) {
  if (c.id.empty()) {
    if (c.is("POST")) return create_link(c);
    if (c.is("PATCH")) return resume(c);
    if (!c.is("GET")) return c.refuse_method();
    list_filter const filter(c.request);
    std::vector<json::object const*> all;
    for (auto const& link : store_->links)
      if (filter.passes(link)) all.push_back(&link.body);
    return listed(c, all);
  }
  auto* link = store_->find_link(c.id);
  if (!link) return c.refuse(errors::not_found());
  if (c.is("GET")) return json_answer(link->body);
  if (c.is("PUT") || c.is("PATCH")) return change_link(c);
  if (!c.is("DELETE")) return c.refuse_method();
  store_->forget(c.id);
  return empty_answer();
}

http_response bank::create_link(call& c) {
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  auto const name = body.required("institution");
  new_link const wish{uuid(c.d), body.optional("external_id"), body.optional("access_mode", "recurrent")};
  if (wish.access_mode != "recurrent" && wish.access_mode != "single")
    body.wrong.push_back(errors::invalid("access_mode", "\"" + wish.access_mode + "\" is not a valid choice."));
  auto const* bank = store_->find_bank(name);
  bool const by_its_name = bank && bank->alias == name;  // our short codes mean nothing to Belvo
  if (!name.empty() && !by_its_name) body.wrong.push_back(errors::does_not_exist("institution", "name", name));
  if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
  if (bank->status == bank_status::down) return c.refuse(errors::institution_down());
  auto const& link = add_link(*store_, *bank, wish, settings_, wall(c.now));
  c.webhooks = link_made(*store_, link, c.d);
  return json_answer(link.body, 201);
}

/// PUT brings new credentials, so the bank is asked; PATCH only changes how Belvo keeps the link.
http_response bank::change_link(call& c) {
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  auto& link = *store_->find_link(c.id);
  if (c.is("PUT")) {
    body.required("password");
    if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
    if (store_->bank_of(link).status == bank_status::down) return c.refuse(errors::institution_down());
    link.body["status"] = "valid";
  } else {
    auto const mode = body.optional("access_mode", std::string(link.body.at("access_mode").as_string()));
    if (mode != "recurrent" && mode != "single")
      body.wrong.push_back(errors::invalid("access_mode", "\"" + mode + "\" is not a valid choice."));
    if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
    link.body["access_mode"] = mode;
  }
  link.body["last_accessed_at"] = iso8601(wall(c.now));
  return json_answer(link.body);
}

/// The keys are in the body, so no Authorization is asked for.
http_response bank::token_answer(call& c) {
  if (!c.id.empty() && c.id != "refresh") return c.refuse(errors::not_found());
  if (!c.is("POST")) return c.refuse_method();
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  std::erase_if(refresh_tokens_, [&](auto const& token) { return token.second <= c.now; });
  if (c.id == "refresh") {
    auto const token = body.required("refresh");
    if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
    if (refresh_tokens_.erase(token) == 0) return c.refuse(errors::token_not_valid());
  } else {
    auto const id = body.required("id"), password = body.required("password");
    auto const link = body.optional("link_id");
    if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
    if (id != settings_.secret_id || password != settings_.secret_password)
      return c.refuse(errors::authentication_failed());
    if (!link.empty() && !store_->find_link(link)) return c.refuse(errors::does_not_exist("link_id", "id", link));
  }
  auto const access = "sandbox-access-" + hex32(c.d), refresh = "sandbox-refresh-" + hex32(c.d);
  refresh_tokens_.emplace(refresh, c.now + token_life);
  return json_answer(json::object{{"access", access}, {"refresh", refresh}});
}

}  // namespace vendaval::sandbox
