#include "proxy/io/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_executor.hpp>

#include "base/client_of.hpp"
#include "proxy/framing/characters.hpp"
#include "proxy/framing/content_coding.hpp"
#include "proxy/framing/meaning.hpp"

namespace vendaval::io {
namespace {

constexpr std::size_t usual_head = 2 * 1024, body_room = 16 * 1024, relay_room = 64 * 1024;

framing::head_limits head_limits_of(gateway_limits const& l) {
  framing::head_limits limits;
  limits.head_bytes = l.head_size.count;
  limits.fields = l.head_fields;
  return limits;
}

/// Did the client have the upstream's own answer in whole?
bool heard(exchange const& x) {
  bool const left = x.result == outcome::client_gone || x.result == outcome::client_gave_up;
  bool const cut =
      left || x.result == outcome::network || x.result == outcome::timeout || x.result == outcome::upstream_invalid;
  return !x.injected && !cut;
}

}  // namespace

session::session(worker& w, tcp_socket socket, way_in way, admission::place place)
    : worker_(w),
      way_(way),
      place_(std::move(place)),
      client_(w.bench(), w.io(), std::move(socket)),
      in_(w.bench().blocks, usual_head, w.limits().head_size.count + body_room),
      hold_(w.io()),
      uploaded_(w.io()),
      last_(w.winding_down()),
      accepted_(w.now()),
      from_upstream_(w.bench().blocks, w.limits().head_size.count + relay_room,
                     w.limits().head_size.count + relay_room) {
  error_code ignored;
  peer_ = client_.socket().remote_endpoint(ignored).address().to_string();
  worker_.add(*this);
}

session::~session() { worker_.remove(*this); }

awaitable<void> session::run() {
  try {
    co_await serve();
  } catch (std::exception const& e) {
    if (worker_.shared().settings.log) worker_.shared().settings.log->error("a session failed: {}", e.what());
    over_ = true;
    if (turn_.open) settle(outcome::network);
  }
  finish();
  client_.abort();
  co_await end_upload();
  upstream_.reset();
}

awaitable<void> session::serve() {
  auto* const tls = way_ == way_in::reverse ? worker_.server_tls() : nullptr;
  if (tls) {
    until(worker_.limits().handshake, side::client);
    auto const refused = co_await (worker_.handshakes_at_risk() ? suffer_handshake() : client_.accept_tls(*tls));
    if (refused) co_return;
  }
  bool more = true;
  do {  // who came in at the last moment is served once
    more = co_await read_head();
    if (more) more = co_await handle();
    finish();
    in_.unpin();
  } while (more && !over_ && !last_);
  if (!over_) co_await leave();
}

awaitable<bool> session::read_head() {
  auto const limits = head_limits_of(worker_.limits());
  std::size_t looked_at = 0;
  bool begun = false;
  between_ = true;
  no_deadline();
  until(worker_.limits().idle, side::client);
  for (;;) {
    auto const bytes = in_.data();
    if (!bytes.empty() && !begun) {
      begun = true;
      between_ = false;
      begin();
      until(worker_.limits().head, side::client);
    }
    // A head trickling in byte by byte is looked at once per line, not once per byte.
    if (bytes.find('\n', looked_at) != std::string_view::npos || bytes.size() >= limits.head_bytes) {
      auto const seen = framing::read_request(bytes, limits, turn_.head);
      if (seen.whole()) co_return true;
      if (seen.refused()) {
        co_await refuse(seen.status, seen.why, seen.reason);
        co_return false;
      }
    }
    looked_at = bytes.size();
    bool const more = co_await fill();
    if (more) continue;
    between_ = false;
    turn_.open = false;  // what never became a request is not reported as one
    co_return false;
  }
}

void session::begin() {
  turn_.report = {};
  turn_.report.institution = no_institution;
  turn_.report.arrived = asked_at();
  turn_.report.request = worker_.next_request();
  turn_.plan = {};
  turn_.ready.reset();
  turn_.marks.clear();
  turn_.place = nullptr;
  turn_.target = {};
  turn_.accepted = turn_.held = turn_.held_whole = turn_.continue_due = turn_.continued = turn_.keep_alive = false;
  turn_.content.clear();
  turn_.raw.clear();
  turn_.plain.reset();
  turn_.body = {};
  turn_.body_bytes = 0;
  sending_ = clients_pace(worker_.limits().request_body);
  client_left_ = upstream_late_ = false;
  turn_.open = true;
}

/// True when another request may follow on this connection.
awaitable<bool> session::handle() {
  auto& head = turn_.head;
  in_.pin(head.size);
  no_deadline();
  turn_.body = framing::body_cursor(head.body);
  turn_.keep_alive = head.keep_alive;
  turn_.continue_due = framing::keeps_body_back(head, in_.data().size());
  turn_.report.client = client_of(peer_, framing::value_of(head.fields, "User-Agent"));
  if (head.form == framing::target_form::authority) co_return co_await handle_connect();
  turn_.place = place_named();
  if (!turn_.place) {
    co_await refuse_host();
    co_return false;
  }
  if (framing::came_through(head.fields, worker_.shared().settings.via))
    co_return co_await refuse(508, framing::flaw::loop,
                              "this request has been here before: the upstream leads back to this proxy");
  if (head.max_forwards == 0u) {  // meant for us: the last intermediary it may reach (RFC 9110 §7.6.2)
    turn_.keep_alive = turn_.keep_alive && turn_.body.done();
    settle(outcome::ok);
    co_return co_await answer(204, {}, {}, {});
  }
  if (auto const why = flaw_of_body()) co_return co_await refuse_body(why);
  if (wants_body()) {
    bool const understood = co_await hold_body();
    if (!understood) co_return false;
  }
  read_target();
  if (std::ranges::find(turn_.target.institutions, unknown_institution) != turn_.target.institutions.end()) {
    bool const asked = co_await find_out();
    if (asked) read_target();
  }
  aim();
  bool const more = co_await carry_out();
  co_return more;
}

/// Where the request goes, by what it names: null when that is no place of ours. Without our being asked as a proxy
/// everything goes to the usual place.
upstream_place const* session::place_named() const {
  auto const& head = turn_.head;
  auto const& common = worker_.shared();
  if (inside_) return common.places.find(inside_->secure, head.authority) == inside_ ? inside_ : nullptr;
  if (way_ == way_in::forward && head.form == framing::target_form::absolute)
    return common.places.find(framing::same_name(head.scheme, "https"), head.authority);
  return head.authority.empty() || common.serves(head.authority) ? &common.places.usual() : nullptr;
}

awaitable<void> session::refuse_host() {
  worker_.shared().refused_hosts.fetch_add(1, std::memory_order_relaxed);
  lingering_ = true;
  bool const asked_as_proxy = way_ == way_in::forward;
  auto const why =
      asked_as_proxy ? fmt::format("{} is not on the allow-list with this scheme and port", turn_.head.authority)
                     : fmt::format("this proxy does not serve {}; add the name to server_names if it is one of its own",
                                   turn_.head.authority);
  co_await answer_plain(asked_as_proxy ? 403 : 421, why);
}

/// Reads the body until it is whole or larger than the inspection limit. False when the connection is over.
awaitable<bool> session::hold_body() {
  auto& t = turn_;
  auto const limit = worker_.limits().inspect.count;
  auto const framed = t.head.body;
  if (framed.kind == framing::body_kind::length && framed.length > limit) co_return true;
  while (!t.body.done() && t.content.size() <= limit) {
    auto const bytes = in_.data();
    auto const count = take_body(bytes, &t.content);
    if (framed.kind == framing::body_kind::chunked) t.raw.append(bytes.substr(0, count));
    in_.consume(count);
    if (auto const why = flaw_of_body()) co_return co_await refuse_body(why);
    if (t.body.done() || count > 0) continue;
    bool const more = co_await fill();
    if (more) continue;
    settle(outcome::client_gone);
    co_return false;
  }
  t.held_whole = t.body.done();
  auto const coding = framing::coding_of(framing::value_of(t.head.fields, "Content-Encoding"));
  if (t.held_whole && coding != framing::content_coding::identity)
    t.plain = framing::decode(t.content, coding, limit).value_or("");
  co_return true;
}

/// False: the connection ends with this answer.
awaitable<bool> session::refuse(unsigned status, framing::flaw why, std::string_view reason) {
  auto& common = worker_.shared();
  common.count(common.refused_requests, why);
  lingering_ = true;
  co_await answer_plain(status, reason);
  co_return false;
}

awaitable<bool> session::refuse_body(failure const& why) {
  unsigned const status = why.what == failure::kind::too_large ? 413 : 400;
  co_return co_await refuse(status, why.flaw, why.reason);
}

/// Whom the request concerns.
void session::read_target() {
  auto& t = turn_;
  try {
    t.target = worker_.dialect().read(t.view());
    if (!t.target.institutions.empty()) t.report.institution = t.target.institutions.front();
    t.report.what = t.target.what;
  } catch (std::exception const& e) {
    t.target = {};
    stumbled(e.what());
  }
}

/// Asks the upstream whose the links are that nobody knows, where the dialect wants that. False when nothing was asked:
/// the credentials are for the place that the request goes to, and for no other.
awaitable<bool> session::find_out() {
  if (turn_.place != &worker_.shared().places.usual()) co_return false;
  std::vector<std::string> questions;
  try {
    questions = worker_.dialect().questions(turn_.view());
  } catch (std::exception const& e) {
    stumbled(e.what());
  }
  std::string const authorization(framing::value_of(turn_.head.fields, "Authorization"));
  if (questions.empty() || authorization.empty()) co_return false;
  no_deadline();
  auto const end = worker_.now() + worker_.limits().question;
  for (auto const& target : questions) {
    if (over_ || worker_.now() >= end) break;
    co_await worker_.asker().ask(target, authorization);
  }
  co_return true;
}

bool session::wants_body() {
  try {
    return worker_.dialect().wants_body(turn_.view());
  } catch (std::exception const& e) {
    stumbled(e.what());
    return false;
  }
}

/// Dialect or fault code failed: the request passes through, and that is counted and said.
void session::stumbled(std::string_view why) {
  worker_.shared().in_doubt.fetch_add(1, std::memory_order_relaxed);
  if (worker_.shared().settings.log)
    worker_.shared().settings.log->error("in doubt, so passed through: {} {}: {}", turn_.head.method,
                                         turn_.target.route, why);
}

void session::finish() {
  if (!std::exchange(turn_.open, false)) return;
  free_since_ = turn_.report.ended = worker_.now();
  turn_.report.answer_lost = turn_.accepted && !heard(turn_.report);
  turn_.under_fault = {};
  worker_.report(std::move(turn_.report));
  // Memory of a large body is not kept for the next, small one.
  for (auto* const held : {&turn_.content, &turn_.raw, &content_, &raw_})
    if (held->capacity() > relay_room) std::string().swap(*held);
}

}  // namespace vendaval::io
