// Bytes from the client, and how its connection ends.
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr duration farewell = 1s;  // for the other side's goodbye, or for what it is still sending
constexpr std::size_t lingered_bytes = 1 << 20;

}  // namespace

void session::start_reading() {
  if (reading_ || read_error_ || over_) return;
  auto const room = in_.room();
  if (room.empty()) {
    in_.commit(0);
    return;
  }
  reading_ = true;
  client_.start_read(asio::buffer(room.data(), room.size()),
                     [self = shared_from_this()](error_code error, std::size_t count) {
                       self->reading_ = false;
                       self->in_.commit(count);
                       self->read_error_ = error;
                       if (error && self->watching_) {
                         self->client_left_ = true;
                         self->hold_.cancel();
                         if (self->upstream_) self->upstream_->abort();
                       }
                       self->arrived_.cancel();
                     });
}

void session::watch() {
  watching_ = true;
  if (read_error_)
    client_left_ = true;
  else
    start_reading();
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
  start_reading();
  if (!reading_) co_return false;
  while (reading_) {
    arrived_.expires_at(time_point::max());
    co_await arrived_.async_wait(no_throw);
  }
  co_return !read_error_;
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
  watching_ = false;
  if (lingering_) {
    co_await linger();
    co_return;
  }
  if (read_error_) co_return;
  if (reading_) client_.cancel();  // TLS cannot say goodbye while a read is under way
  until(farewell, side::client);
  while (reading_) {
    arrived_.expires_at(time_point::max());
    co_await arrived_.async_wait(no_throw);
  }
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

}  // namespace vendaval::io
