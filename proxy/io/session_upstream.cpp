// Asking the bank: a connection, the request, the head of the answer.
#include <fmt/format.h>

#include <algorithm>

#include "proxy/framing/meaning.hpp"
#include "proxy/framing/rewrite.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr int interim_answers = 8;  // 1xx before the final one

failure unreachable(std::string reason) { return {failure::kind::unreachable, false, std::move(reason)}; }
failure invalid(framing::flaw what, std::string_view reason) {
  return {failure::kind::invalid, false, std::string(reason), what};
}
failure timed_out(std::string_view what) { return {failure::kind::timed_out, false, std::string(what)}; }

}  // namespace

awaitable<bool> session::forward() {
  watch();
  auto why = failure{failure::kind::client_left, false, {}};
  if (!client_left_) why = co_await ask_upstream(false);
  if (why.stale && !client_left_ && repeatable()) why = co_await ask_upstream(true);
  unwatch();
  turn_.accepted = !why && answer_.status / 100 == 2;
  if (client_left_) why.what = failure::kind::client_left;
  bool more = false;
  if (why)
    more = co_await answer_failure(std::move(why));
  else if (answer_.status == 101)
    more = co_await switch_protocols();
  else
    more = co_await way_back();
  co_return more;
}

/// May the same request be sent once more after a pooled connection died? Only if doing it twice is doing it once, and
/// if all of it is still here or with the client.
bool session::repeatable() const {
  auto const method = turn_.head.method;
  bool const idempotent =
      method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "PUT" || method == "DELETE";
  return idempotent && (turn_.held_whole || turn_.body_bytes == 0);
}

awaitable<failure> session::ask_upstream(bool fresh) {
  upstream_late_ = false;
  from_upstream_.clear();
  upstream_.reset();
  if (!fresh) upstream_ = worker_.take_upstream(*turn_.place);
  bool const pooled = upstream_ != nullptr;
  if (!pooled) {
    auto why = co_await connect_upstream();
    if (why) co_return why;
  }
  auto sent = co_await send_request();
  if (sent.clients_doing()) {
    upstream_->abort();
    co_return sent;
  }
  // Even when it would not take the whole request it may have said why.
  if (!sent && !turn_.body.done() && !asking_) start_upload();
  auto why = co_await read_answer_head(!pooled);
  awaiting_answer_ = asking_ = false;
  late_.clear(way::answer);
  if (!why) co_return why;
  auto const uploaded = co_await end_upload();
  if (uploaded.clients_doing()) co_return uploaded;
  if (uploaded && !sent) sent = uploaded;
  if (sent && why.what == failure::kind::unreachable) why.reason = sent.reason;
  co_return why;
}

awaitable<failure> session::reach_upstream() {
  auto const& place = *turn_.place;
  upstream_ = std::make_unique<channel>(worker_.bench(), worker_.io());
  until(worker_.limits().upstream_connect, side::upstream);
  auto const refused = co_await upstream_->connect(place.host, place.port);
  if (upstream_late_) co_return timed_out("no connection to the upstream in time");
  if (refused == asio::error::access_denied)
    co_return unreachable(fmt::format("{} leads to no address where a bank may be", place.host));
  if (refused) co_return unreachable(fmt::format("cannot connect to {}: {}", place.authority, refused.message()));
  co_return failure{};
}

awaitable<failure> session::connect_upstream() {
  auto const& place = *turn_.place;
  auto why = co_await reach_upstream();
  if (why || !place.secure) co_return why;
  auto const untrusted = co_await upstream_->connect_tls(worker_.client_tls(place), place.verify_name);
  if (upstream_late_) co_return timed_out("no TLS with the upstream in time");
  if (untrusted) {
    auto const doubt = upstream_->distrust();
    co_return unreachable(fmt::format("no trusted TLS with {} as {}: {}", place.authority, place.verify_name,
                                      doubt.empty() ? untrusted.message() : doubt));
  }
  co_return failure{};
}

awaitable<failure> session::send_request() {
  auto const& head = turn_.head;
  turn_.continue_due = turn_.continue_due && in_.empty();
  framing::request_changes changes{turn_.place->authority, head.body, !head.upgrade.empty(),
                                   worker_.shared().settings.via, turn_.continue_due};
  bool const whole = turn_.held_whole;
  if (whole && head.body.kind == framing::body_kind::chunked)
    changes.body = {framing::body_kind::length, turn_.content.size()};
  out_.clear();
  framing::write_request(head, changes, out_);
  std::string_view first = !whole && head.body.kind == framing::body_kind::chunked ? turn_.raw : turn_.content;
  std::size_t taken = 0;
  if (first.empty()) {  // what has come already leaves together with the head
    taken = take_body(in_.data());
    if (auto why = flaw_of_body()) co_return why;
    first = in_.data().substr(0, taken);
  }
  until(worker_.limits().upstream_silence, side::upstream);
  std::array<asio::const_buffer, 2> const pieces{asio::buffer(out_), asio::buffer(first.data(), first.size())};
  error_code error;
  if (!upstream_->try_write(pieces, error)) error = co_await upstream_->finish_write();
  late_.clear(way::request);
  in_.consume(taken);
  if (upstream_late_) co_return timed_out("the upstream did not take the request in time");
  if (error) co_return unreachable(fmt::format("the upstream closed while the request was sent: {}", error.message()));
  asking_ = changes.expect;
  asking_until_ = worker_.now() + worker_.limits().continue_wait;
  co_return failure{};
}

/// What is there now; would_block when that is nothing.
io_result session::take_from_upstream() {
  auto const room = from_upstream_.room();
  auto const got = upstream_->try_read(asio::buffer(room.data(), room.size()));
  from_upstream_.commit(got.count);
  if (got.error == asio::error::would_block) from_upstream_.rest();
  return got;
}

/// would_block when it is time to stop asking.
awaitable<io_result> session::read_upstream() {
  auto got = take_from_upstream();
  while (got.error == asio::error::would_block && !done_asking()) {
    co_await upstream_->readable();
    got = take_from_upstream();
  }
  co_return got;
}

/// Passes 100, 103 and their like on; a 100 lets the body go up that waited for it. False when the client is gone.
awaitable<bool> session::relay_interim() {
  bool const go_on = answer_.status == 100;
  bool heard = true;
  if (framing::relays_interim(answer_.status, turn_.head.version, turn_.continued)) {
    framing::response_changes changes;
    changes.via = worker_.shared().settings.via;
    out_.clear();
    framing::write_response(answer_, changes, out_);
    heard = co_await say_interim(out_);
  }
  turn_.continued = turn_.continued || go_on;
  from_upstream_.consume(answer_.size);
  if (heard && go_on && asking_) start_upload();
  co_return heard;
}

awaitable<failure> session::read_answer_head(bool fresh) {
  framing::head_limits limits;
  limits.head_bytes = worker_.limits().head_size.count;
  limits.fields = worker_.limits().head_fields;
  // How long it may think counts from the request's last byte; until then the upload has its own deadlines.
  awaiting_answer_ = true;
  if (!uploading_) until(worker_.limits().first_byte, side::upstream, way::answer);
  bool silent = true;
  for (int interim = 0;;) {
    auto const seen = framing::read_response(from_upstream_.data(), turn_.head.method, limits, answer_);
    if (seen.refused()) co_return invalid(seen.why, seen.reason);
    if (seen.whole() && answer_.status / 100 != 1) break;
    if (seen.whole() && framing::switches_to(answer_, turn_.head.upgrade)) break;
    if (seen.whole()) {
      if (answer_.status == 101 || ++interim > interim_answers)
        co_return invalid(framing::flaw::interim, "an interim answer nobody asked for");
      bool const heard = co_await relay_interim();
      if (!heard) co_return failure{failure::kind::client_left, false, {}};
      continue;
    }
    auto got = take_from_upstream();
    while (got.error == asio::error::would_block && !done_asking()) {
      co_await upstream_->readable();
      got = take_from_upstream();
    }
    silent = silent && got.count == 0;
    if (!got.error) continue;
    if (got.error == asio::error::would_block) {
      bool const welcome = co_await stop_asking();
      if (!welcome) co_return failure{failure::kind::client_left, false, {}};
      continue;
    }
    if (upstream_late_) co_return timed_out("the upstream did not answer in time");
    if (!silent) co_return invalid(framing::flaw::truncated, "the upstream closed within the head of its answer");
    failure why = unreachable(fmt::format("the upstream closed without an answer: {}", got.error.message()));
    why.stale = !fresh;
    co_return why;
  }
  from_upstream_.pin(answer_.size);
  co_return failure{};
}

}  // namespace vendaval::io
