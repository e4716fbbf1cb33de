// Bytes that are not looked into: what CONNECT asks for, and what a WebSocket's handshake opens.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>

#include "proxy/framing/rewrite.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr std::string_view established = "HTTP/1.1 200 Connection established\r\n\r\n";

/// The other side said that it has nothing more to say; over TLS most programs just close.
bool said_goodbye(error_code error) { return error == asio::error::eof || error == asio::ssl::error::stream_truncated; }

}  // namespace

/// A blind tunnel, or with a CA of our own TLS in the place's name and requests like any other inside.
awaitable<bool> session::handle_connect() {
  if (way_ != way_in::forward)
    co_return co_await refuse(501, framing::flaw::method, "CONNECT is served at forward_listen only");
  if (!inside_) turn_.place = worker_.shared().places.find_port(turn_.head.authority);
  if (!turn_.place) {
    co_await refuse_host();
    co_return false;
  }
  if (worker_.shared().settings.intercept) co_return co_await step_inside();
  read_target();
  if (turn_.target.institutions.empty()) turn_.report.institution = unknown_institution;
  aim();
  // Whoever asked for a tunnel would take an answer of the API for the tunnel's refusal: only what ends or delays the
  // connection makes sense here.
  if (std::holds_alternative<faults::plan::answer>(turn_.plan.end)) {
    turn_.plan = {};
    turn_.report.touched_by.clear();
  }
  co_return co_await carry_out();
}

/// From here on the client's requests are for one place, whose name we bear. They are what is reported.
awaitable<bool> session::step_inside() {
  if (!in_.empty())
    co_return co_await refuse(400, framing::flaw::surplus, "bytes after CONNECT before it was answered");
  inside_ = turn_.place;
  bool const sent = co_await send(established, {});
  turn_.open = false;
  turn_.under_fault = {};
  if (!sent || !inside_->secure) co_return sent;
  in_.unpin();
  until(worker_.limits().handshake, side::client);
  auto const refused = co_await client_.accept_tls(worker_.shared().intercepted_tls.at(inside_->number));
  if (refused) over_ = true;
  co_return !refused;
}

awaitable<bool> session::open_tunnel() {
  watch();
  auto why = co_await reach_upstream();
  unwatch();
  if (client_left_) why.what = failure::kind::client_left;
  if (why) co_return co_await answer_failure(std::move(why));
  turn_.report.status = 200;
  settle(outcome::ok);
  bool const sent = co_await send(established, {});
  if (sent) co_await tunnel();
  co_return false;
}

/// The bank has agreed to go on as a WebSocket.
awaitable<bool> session::switch_protocols() {
  judge(false, {});
  framing::response_changes changes;
  changes.upgrade = true;
  changes.via = worker_.shared().settings.via;
  out_.clear();
  framing::write_response(answer_, changes, out_);
  turn_.report.status = answer_.status;
  bool const sent = co_await send(out_, {});
  from_upstream_.unpin();
  if (sent) co_await tunnel();
  co_return false;
}

/// Until both sides have ended, one of them fails, or neither has said anything for too long.
awaitable<void> session::tunnel() {
  turn_.report.tunnel = true;
  in_.unpin();
  until(worker_.limits().tunnel, side::upstream);
  pumping_up_ = true;
  asio::co_spawn(worker_.io(), pump_up(), [self = shared_from_this()](std::exception_ptr) {
    self->pumping_up_ = false;
    self->hold_.cancel();
  });
  co_await pump_down();
  while (pumping_up_) {
    hold_.expires_at(time_point::max());
    co_await hold_.async_wait(no_throw);
  }
  upstream_.reset();
  if (read_error_ == asio::error::operation_aborted && !over_) read_error_ = {};  // our own doing: still to say goodbye
}

/// From the client to the bank.
awaitable<void> session::pump_up() {
  for (bool more = true; more;) {
    auto const bytes = in_.data();
    if (bytes.empty()) {
      more = co_await fill();
      continue;
    }
    until(worker_.limits().tunnel, side::upstream);
    std::array<asio::const_buffer, 2> const piece{asio::buffer(bytes.data(), bytes.size()), asio::const_buffer()};
    auto const error = co_await upstream_->write(piece);
    in_.consume(bytes.size());
    more = !error;
  }
  // In TLS a connection that is closed in one direction only is nothing that programs rely on.
  if (said_goodbye(read_error_) && !upstream_->secure())
    upstream_->shut();
  else
    upstream_->abort();
}

/// From the bank to the client, beginning with what came together with its answer.
awaitable<void> session::pump_down() {
  for (;;) {
    auto const bytes = from_upstream_.data();
    if (!bytes.empty()) {
      until(worker_.limits().tunnel, side::upstream);
      std::array<asio::const_buffer, 2> const piece{asio::buffer(bytes.data(), bytes.size()), asio::const_buffer()};
      auto const error = co_await client_.write(piece);
      from_upstream_.consume(bytes.size());
      if (!error) continue;
      over_ = true;
      upstream_->abort();
      co_return client_.abort();
    }
    auto const got = co_await read_upstream();
    if (!got.error) continue;
    bool const orderly = said_goodbye(got.error);
    if (!orderly && !upstream_late_ && !read_error_) settle(outcome::network);
    if (orderly && !client_.secure()) co_return client_.shut();
    if (orderly) co_return client_.cancel();  // ends pump_up; then TLS says goodbye
    over_ = true;
    co_return client_.abort();
  }
}

}  // namespace vendaval::io
