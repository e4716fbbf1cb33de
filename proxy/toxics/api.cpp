#include "proxy/toxics/api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "proxy/dialects/url.hpp"
#include "proxy/toxics/exposition.hpp"

namespace vendaval::toxics {
namespace {

constexpr std::string_view toxiproxy_version = "2.12.0";  // the one whose answers these are
constexpr std::string_view list_of_proxies =
    "[]struct { toxiproxy.Proxy; Enabled *bool \"json:\\\"enabled\\\"\" }";  // what Go calls the body of /populate

http_response ok(unsigned status, std::string body) { return {status, std::move(body), "application/json", {}}; }
http_response nothing(unsigned status) { return {status, {}, {}, {}}; }

/// As Go's http.Error says it.
http_response plain(unsigned status, std::string text) {
  return {status, std::move(text) + "\n", "text/plain; charset=utf-8", {{"X-Content-Type-Options", "nosniff"}}};
}
http_response refused(refusal const& r) { return plain(r.status, show(r)); }
http_response bad_body(std::string const& why) { return refused({400, "bad request body: " + why}); }

/// The body as a JSON object, handed to `use`; or the answer that says why it is none.
template <class Use>
http_response with_object(http_request const& request, Use use) {
  auto const body = parse_body(request.body);
  if (!body) return bad_body(body.error());
  if (!body->is_object()) return bad_body(wrong_root(*body, "toxiproxy.Proxy"));
  return use(body->get_object());
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> result;
  for (auto const part : path.substr(std::min<std::size_t>(1, path.size())) | std::views::split('/'))
    result.emplace_back(std::string_view(part));
  return result;
}

}  // namespace

struct api::route {
  std::string_view path;  // "{}" stands for a name: of a proxy, then of a toxic
  std::vector<std::string_view> methods;
  http_response (api::*handle)(call const&);
};

std::vector<api::route> const& api::routes() {
  static std::vector<route> const all{{"/version", {"GET"}, &api::version},
                                      {"/metrics", {"GET"}, &api::metrics},
                                      {"/proxies", {"GET"}, &api::list},
                                      {"/proxies", {"POST"}, &api::create},
                                      {"/populate", {"POST"}, &api::populate},
                                      {"/reset", {"POST"}, &api::reset},
                                      {"/v1/stop", {"POST"}, &api::stop},
                                      {"/v1/release", {"POST"}, &api::release},
                                      {"/proxies/{}", {"GET"}, &api::show_proxy},
                                      {"/proxies/{}", {"POST", "PATCH"}, &api::update_proxy},
                                      {"/proxies/{}", {"DELETE"}, &api::remove_proxy},
                                      {"/proxies/{}/toxics", {"GET"}, &api::list_toxics},
                                      {"/proxies/{}/toxics", {"POST"}, &api::add_toxic},
                                      {"/proxies/{}/toxics/{}", {"GET"}, &api::show_toxic},
                                      {"/proxies/{}/toxics/{}", {"POST", "PATCH"}, &api::update_toxic},
                                      {"/proxies/{}/toxics/{}", {"DELETE"}, &api::remove_toxic}};
  return all;
}

/// The names in a path; nothing when it is another.
static std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
  auto const wanted = segments(pattern), given = segments(path);
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != "{}" && wanted[i] != given[i]) return std::nullopt;
    if (wanted[i] == "{}" && given[i].empty()) return std::nullopt;
    if (wanted[i] == "{}") names.push_back(dialects::percent_decode(given[i]));
  }
  names.resize(2);
  return names;
}

http_response api::answer(http_request const& request, time_point now) {
  bool known_path = false;
  for (auto const& r : routes()) {
    auto names = match(r.path, request.path());
    if (!names) continue;
    known_path = true;
    if (std::ranges::find(r.methods, request.method) == r.methods.end()) continue;
    bool const browser = request.header("User-Agent").value_or("").starts_with("Mozilla/");
    auto result = browser ? plain(403, "User agent not allowed")
                          : (this->*r.handle)({request, now, std::move(names->at(0)), std::move(names->at(1))});
    result.headers.push_back({"X-Toxiproxy-Request-Id", hex32(ids_).substr(0, 20)});
    return result;
  }
  return known_path ? nothing(405) : plain(404, "404 page not found");
}

http_response api::version(call const&) {
  return {200,
          fmt::format("{{\"version\": \"{}\", \"vendaval\": \"{}\"}}\n", toxiproxy_version, version_),
          "application/json;charset=utf-8",
          {}};
}

http_response api::metrics(call const&) {
  return {200, exposition(book_), "text/plain; version=0.0.4; charset=utf-8", {}};
}

http_response api::list(call const&) {
  std::string inside;
  for (auto const& [name, p] : book_.all())
    inside += fmt::format("{}{}:{}", inside.empty() ? "" : ",", quoted(name), show(p));
  return ok(200, "{" + inside + "}");
}

http_response api::create(call const& c) {
  return with_object(c.request, [&](json::object const& body) {
    auto const made = book_.create(body, c.now);
    return made ? ok(201, show(**made)) : refused(made.error());
  });
}

/// Its errors are JSON by their type too, and say what was made all the same.
http_response api::populate(call const& c) {
  auto const body = parse_body(c.request.body);
  std::vector<std::string> made;
  problem wrong;
  if (!body)
    wrong = refusal{400, "bad request body: " + body.error()};
  else if (!body->is_array())
    wrong = refusal{400, "bad request body: " + wrong_root(*body, list_of_proxies)};
  else
    wrong = book_.populate(body->get_array(), c.now, made);
  std::string proxies;
  for (auto const& name : made) proxies += (proxies.empty() ? "" : ",") + show(*book_.find(name));
  proxies = made.empty() ? "null" : "[" + proxies + "]";
  if (!wrong) return ok(201, fmt::format("{{\"proxies\":{}}}", proxies));
  return ok(wrong->status,
            fmt::format("{{\"error\":{},\"status\":{},\"proxies\":{}}}", quoted(wrong->text), wrong->status, proxies));
}

http_response api::reset(call const&) {
  auto const wrong = book_.reset();
  return wrong ? refused(*wrong) : nothing(204);
}

/// The two calls of Vendaval's own API that `vendaval stop` and `vendaval release` make.
http_response api::stop(call const& c) {
  auto const body = parse_body(c.request.body);
  std::string reason;
  if (body && body->is_object()) go_fields(body->get_object(), "stop")("reason", reason);
  std::size_t toxics = 0;
  for (auto const& [name, p] : book_.all()) toxics += p.toxics.size();
  book_.stop(reason.empty() ? "no reason given" : reason);
  return ok(200, fmt::format("{{\"faults_ended\":{},\"stopped\":true}}", toxics));
}

http_response api::release(call const& c) {
  auto const body = parse_body(c.request.body);
  std::string reason;
  if (body && body->is_object()) go_fields(body->get_object(), "release")("reason", reason);
  if (reason.empty()) return ok(409, R"({"error":"say why: {\"reason\": \"…\"}"})");
  book_.release();
  return ok(200, R"({"stopped":false})");
}

http_response api::show_proxy(call const& c) {
  auto const* const p = book_.find(c.proxy);
  return p ? ok(200, show(*p)) : refused({404, "proxy not found"});
}

http_response api::update_proxy(call const& c) {
  if (!book_.find(c.proxy)) return refused({404, "proxy not found"});
  return with_object(c.request, [&](json::object const& body) {
    auto const changed = book_.update(c.proxy, body, c.now);
    return changed ? ok(200, show(**changed)) : refused(changed.error());
  });
}

http_response api::remove_proxy(call const& c) {
  auto const wrong = book_.remove(c.proxy);
  return wrong ? refused(*wrong) : nothing(204);
}

http_response api::list_toxics(call const& c) {
  auto const* const p = book_.find(c.proxy);
  return p ? ok(200, show_toxics(p->toxics)) : refused({404, "proxy not found"});
}

http_response api::add_toxic(call const& c) {
  if (!book_.find(c.proxy)) return refused({404, "proxy not found"});
  return with_object(c.request, [&](json::object const& body) {
    auto const made = book_.add_toxic(c.proxy, body, c.now);
    return made ? ok(200, show(**made)) : refused(made.error());
  });
}

http_response api::show_toxic(call const& c) {
  auto const found = book_.toxic_of(c.proxy, c.toxic);
  return found ? ok(200, show(**found)) : refused(found.error());
}

http_response api::update_toxic(call const& c) {
  if (auto const known = book_.toxic_of(c.proxy, c.toxic); !known) return refused(known.error());
  return with_object(c.request, [&](json::object const& body) {
    auto const changed = book_.change_toxic(c.proxy, c.toxic, body, c.now);
    return changed ? ok(200, show(**changed)) : refused(changed.error());
  });
}

http_response api::remove_toxic(call const& c) {
  auto const wrong = book_.remove_toxic(c.proxy, c.toxic);
  return wrong ? refused(*wrong) : nothing(204);
}

}  // namespace vendaval::toxics
