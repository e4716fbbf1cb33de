// Bytes from the client, how its connection ends, and what the worker asks of it now and then.
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr duration farewell = 1s;  // for the other side's goodbye, or for what it is still sending
constexpr std::size_t lingered_bytes = 1 << 20;

}  // namespace

/// While the request waits for something else: hears whether its client is still there.
void session::watch() {
  watching_ = true;
  if (read_error_)
    client_left_ = true;
  else
    attend();
}

void session::attend() {
  while (watching_ && !read_error_) {
    auto const room = in_.room_in_place();
    if (room.empty()) return;
    auto const got = client_.try_read(asio::buffer(room.data(), room.size()));
    in_.commit(got.count);
    if (got.error == asio::error::would_block) {
      in_.rest();
      client_.when_readable([this] { attend(); });
    } else if (got.error) {
      lose_client(got.error);
    } else {
      continue;
    }
    return;
  }
}

void session::unwatch() {
  watching_ = false;
  client_.stop_waiting();
}

void session::lose_client(error_code why) {
  read_error_ = why;
  if (!watching_) return;
  client_left_ = true;
  hold_.cancel();
  if (upstream_) upstream_->abort();
}

/// More bytes from the client. False when there will be none.
awaitable<bool> session::fill() {
  if (turn_.continue_due && in_.empty() && turn_.head.size > 0 && !turn_.body.done()) {
    turn_.continue_due = false;
    constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    std::array<asio::const_buffer, 2> const words{asio::buffer(go_on), asio::const_buffer()};
    auto const error = co_await client_.write(words);
    if (error) co_return false;
  }
  if (!turn_.body.done()) until(worker_.limits().body, side::client);
  while (!read_error_ && !over_) {
    auto const room = in_.room();
    if (room.empty()) co_return false;
    auto const got = client_.try_read(asio::buffer(room.data(), room.size()));
    in_.commit(got.count);
    if (got.error == asio::error::would_block) {
      in_.rest();
      co_await client_.readable();
    } else if (got.error) {
      lose_client(got.error);
    } else {
      if (watching_) attend();
      co_return true;
    }
  }
  co_return false;
}

/// Reads and drops what is left of a request's body, so that the next request can follow. False when that is too much.
awaitable<bool> session::drain_body() {
  auto const budget = worker_.limits().inspect.count;
  for (std::size_t dropped = 0; !turn_.body.done();) {
    auto const count = turn_.body.take(in_.data());
    in_.consume(count);
    dropped += count;
    if (turn_.body.done()) break;
    if (turn_.continue_due || turn_.body.bad() || dropped > budget) co_return false;
    bool const more = co_await fill();
    if (!more) co_return false;
  }
  co_return true;
}

awaitable<void> session::leave() {
  unwatch();
  if (lingering_) {
    co_await linger();
    co_return;
  }
  if (read_error_) co_return;
  until(farewell, side::client);
  co_await client_.close_politely();
}

/// The client may still be sending: closing now would make the system send RST, which destroys our answer on its way.
awaitable<void> session::linger() {
  client_.shut();
  turn_.head = {};
  turn_.body = {};
  in_.unpin();
  until(farewell, side::client);
  for (std::size_t dropped = 0; dropped < lingered_bytes;) {
    dropped += in_.data().size();
    in_.consume(in_.data().size());
    bool const more = co_await fill();
    if (!more) co_return;
  }
}

/// Nothing has come for a while: what the last request needed is not kept for the next.
void session::forget() {
  for (auto* const held : {&turn_.content, &turn_.raw, &content_, &raw_, &out_}) std::string().swap(*held);
  turn_.plain.reset();
  turn_.head = {};
  answer_ = {};
}

void session::look_at(time_point now) {
  if (client_.rest() && !turn_.open) forget();
  if (upstream_) upstream_->rest();
  if (now < deadline_) return;
  no_deadline();
  if (waiting_for_ == side::upstream && upstream_) {
    upstream_late_ = true;
    upstream_->abort();
  } else {
    client_late_ = over_ = true;
    client_.abort();
  }
}

void session::terminate() {
  over_ = client_left_ = true;
  hold_.cancel();
  client_.abort();
  if (upstream_) upstream_->abort();
}

void session::add_flight(std::vector<flight>& into) const {
  if (!turn_.open) return;
  into.push_back({turn_.report.institution, turn_.report.what, turn_.report.arrived, turn_.report.request, turn_.held,
                  turn_.report.tunnel});
}

}  // namespace vendaval::io
