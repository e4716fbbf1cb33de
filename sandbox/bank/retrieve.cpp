/// Accounts, transactions, balances and owners: GET reads what is stored, POST asks the bank, PATCH resumes a retrieve
/// that waited for a second factor.
#include <algorithm>

#include "sandbox/bank/call.hpp"
#include "sandbox/bank/paging.hpp"

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

constexpr duration mfa_patience = 60s;

http_response token_required(std::string const& session, std::string const& link, dice& d) {
  json::object const how{{"instructions", "Enter the code shown in your bank's app"},
                         {"type", "numeric"},
                         {"value", nullptr},
                         {"expects_user_input", true}};
  json::object const entry{{"code", "token_required"},
                           {"message", "A MFA token is required by the institution to login"},
                           {"request_id", hex32(d)},
                           {"session", session},
                           {"expiry", 60},
                           {"link", link},
                           {"token_generation_data", how}};
  return json_answer(json::array{entry}, 428);
}

}  // namespace

http_response bank::resource_answer(call& c) {
  auto& kind = *store_->find_resource(c.resource);
  if (c.id.empty()) {
    if (c.is("POST")) return retrieve(c);
    if (c.is("PATCH")) return resume(c);
    if (!c.is("GET")) return c.refuse_method();
    list_filter const filter(c.request);
    std::vector<json::object const*> all;
    for (auto const& r : kind.rows)
      if (filter.passes(r)) all.push_back(&r.body);
    return listed(c, all);
  }
  auto const found = std::ranges::find(kind.rows, c.id, &row::id);
  if (found == kind.rows.end()) return c.refuse(errors::not_found());
  if (c.is("GET")) return json_answer(found->body);
  if (!c.is("DELETE")) return c.refuse_method();
  kind.rows.erase(found);
  return empty_answer();
}

http_response bank::retrieve(call& c) {
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  bool const dated = store_->find_resource(c.resource)->dated;
  waiting wish{c.resource, body.required("link"), {}, {}, body.flag("save_data", true), c.now + mfa_patience};
  auto const today = date_text(wall(c.now));
  wish.from = dated ? body.required_date("date_from") : std::string{};
  wish.to = dated ? body.optional_date("date_to", today) : today;
  auto const* link = store_->find_link(wish.link);
  if (!wish.link.empty() && !link) body.wrong.push_back(errors::does_not_exist("link", "id", wish.link));
  if (body.wrong.empty() && wish.from > wish.to)
    body.wrong.push_back(errors::invalid("date_from", "date_from must not be later than date_to."));
  if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
  if (link->body.at("status") != "valid") return c.refuse(errors::invalid_link());
  if (store_->bank_of(*link).status == bank_status::down) return c.refuse(errors::institution_down());
  if (c.d.chance(settings_.mfa.share())) {
    auto const session = hex32(c.d);
    std::erase_if(sessions_, [&](auto const& s) { return s.second.expires <= c.now; });
    sessions_.emplace(session, wish);
    return token_required(session, wish.link, c.d);
  }
  if (c.request.header("X-Belvo-Request-Mode").value_or("") == "async") return take_up(c, *link);
  return deliver(c, wish);
}

/// The answer to an asynchronous retrieve comes as a webhook.
http_response bank::take_up(call& c, row const& link) {
  auto const request_id = hex32(c.d);
  c.webhooks.push_back(retrieved(*store_, link, c.resource, request_id, c.d));
  return json_answer(json::object{{"request_id", request_id}}, 202);
}

http_response bank::resume(call& c) {
  request_body body(c.request.body);
  if (!body.parsed()) return c.refuse(errors::parse_error());
  auto const session = body.required("session"), link = body.required("link");
  if (!body.wrong.empty()) return error_answer(body.wrong, c.d);
  auto const found = sessions_.find(session);
  bool const ours = found != sessions_.end() && found->second.link == link && found->second.resource == c.resource &&
                    c.now < found->second.expires;
  if (!ours) return c.refuse(errors::session_expired());
  auto const wish = std::move(found->second);
  sessions_.erase(found);
  auto const* known = store_->find_link(wish.link);
  if (!known) return c.refuse(errors::does_not_exist("link", "id", wish.link));
  if (store_->bank_of(*known).status == bank_status::down) return c.refuse(errors::institution_down());
  return deliver(c, wish);
}

http_response bank::deliver(call& c, waiting const& wish) {
  auto const stamp = iso8601(wall(c.now));
  json::array results;
  for (auto& r : store_->find_resource(wish.resource)->rows) {
    if (r.link != wish.link) continue;
    if (wish.resource == "balances") {  // a balance is of the moment it is asked for
      r.date = date_text(wall(c.now));
      r.body["value_date"] = r.date;
    }
    if (!wish.from.empty() && (r.date < wish.from || r.date > wish.to)) continue;
    r.body["collected_at"] = stamp;
    results.push_back(r.body);
  }
  store_->find_link(wish.link)->body["last_accessed_at"] = stamp;
  return json_answer(results, wish.save ? 201 : 200);
}

}  // namespace vendaval::sandbox
