// Bytes from the client, how its connection ends, and what the worker asks of it now and then.
#include <algorithm>

#include "proxy/io/outgoing.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr duration farewell = 1s;   // for the other side's goodbye, or for what it is still sending
constexpr duration lingering = 3s;  // for a client that is still sending when it has its answer
constexpr std::size_t lingered_bytes = 256 << 20;

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
    if (room.empty()) break;
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
    break;
  }
  if (done_asking()) upstream_->rouse();  // the client does not wait any longer
}

void session::unwatch() {
  watching_ = false;
  if (!uploading_) client_.stop_waiting();  // else it is the upload that waits
}

void session::lose_client(error_code why) {
  read_error_ = why;
  if (!watching_) return;
  client_left_ = true;
  hold_.cancel();
  if (upstream_) upstream_->abort();
}

/// Lets a client that waits for "100 Continue" send its body. False when it is gone.
awaitable<bool> session::invite_body() {
  if (!turn_.continue_due || !in_.empty() || turn_.head.size == 0 || turn_.body.done()) co_return true;
  turn_.continue_due = false;
  turn_.continued = true;
  bool const heard = co_await say_interim("HTTP/1.1 100 Continue\r\n\r\n");
  co_return heard;
}

/// False when the client is gone.
awaitable<bool> session::say_interim(std::string_view head) {
  unread_ = true;  // the watch over slow readers is its deadline
  std::array<asio::const_buffer, 2> const words{asio::buffer(head), asio::const_buffer()};
  auto const error = co_await client_.write(words);
  co_return !error;
}

/// More bytes from the client. False when there will be none, or when an upload that waits for them is stopped.
awaitable<bool> session::fill() {
  if (turn_.continue_due) {
    bool const welcome = co_await invite_body();
    if (!welcome) co_return false;
  }
  bool const of_body = !turn_.body.done() && !leaving_;
  auto const since = worker_.now();
  if (of_body) until(sending_.left(), side::client);
  bool more = false;
  while (!more && !read_error_ && !over_ && !upload_stopped_) {
    auto const room = in_.room();
    if (room.empty()) break;
    auto const got = client_.try_read(asio::buffer(room.data(), room.size()));
    in_.commit(got.count);
    if (got.error == asio::error::would_block) {
      in_.rest();
      co_await client_.readable();
    } else if (got.error) {
      lose_client(got.error);
    } else {
      more = true;
    }
  }
  if (of_body) {
    late_.clear(way::request);
    sending_.waited(worker_.now() - since);
  }
  if (more && watching_) attend();
  co_return more;
}

std::size_t session::take_body(std::string_view bytes, std::string* decoded) {
  auto const count = turn_.body.take(bytes, decoded);
  turn_.body_bytes += count;
  sending_.moved(count);
  return count;
}

bool session::body_too_large() const {
  auto const most = worker_.limits().body_size.count;
  auto const framed = turn_.head.body;
  auto const announced = framed.kind == framing::body_kind::length ? framed.length : 0;
  return most > 0 && std::max(announced, turn_.body_bytes) > most;
}

/// What is wrong with what has come, or been announced, of a request's body.
failure session::flaw_of_body() const {
  if (turn_.body.bad())
    return {failure::kind::client_invalid, false, std::string(turn_.body.reason()), turn_.body.why()};
  if (body_too_large())
    return {failure::kind::too_large, false, "the body is larger than limits.body_size", framing::flaw::body_too_large};
  return {};
}

/// Reads and drops what is left of a request's body, so that the next request can follow. False when that is too much.
awaitable<bool> session::drain_body() {
  auto const budget = worker_.limits().inspect.count;
  for (std::size_t dropped = 0; !turn_.body.done();) {
    auto const count = take_body(in_.data());
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
  leaving_ = true;
  if (lingering_) {
    co_await linger();
  } else if (!read_error_ || last_) {
    until(farewell, side::client);
    co_await client_.close_politely();
  } else {
    co_return;
  }
  no_deadline();
  co_await until_taken();
}

/// Once it is closed, nobody but the system looks after what is still on its way, and that may last for ever.
awaitable<void> session::until_taken() {
  unread_ = true;
  asio::steady_timer pause(worker_.io());
  while (client_.socket().is_open() && outgoing_of(client_.socket().native_handle()).waiting) {
    pause.expires_after(50ms);
    co_await pause.async_wait(no_throw);
  }
}

/// The client may still be sending: closing now would make the system send RST, which destroys our answer on its way.
awaitable<void> session::linger() {
  client_.shut();
  turn_.head = {};
  turn_.body = {};
  in_.unpin();
  until(lingering, side::client);
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
  if (now >= dies_at_) return die_of_age(now);
  if (client_.rest() && !turn_.open) forget();
  if (upstream_) upstream_->rest();
  if (asking_ && now >= asking_until_) upstream_->rouse();
  look_at_reader(now);
  auto const late = late_.missed(now);
  if (!late) return;
  if (*late == side::upstream) {
    upstream_late_ = true;
    if (upstream_) upstream_->abort();
  } else if (leaving_) {
    client_.abort();  // what was written may still be on its way
  } else {
    client_late_ = over_ = true;
    client_.reset();
  }
}

pace session::clients_pace(duration total) const {
  auto const& l = worker_.limits();
  return pace({l.grace, l.minimum_rate.count, l.silence, total});
}

/// A slow reader takes what it has been sent at less than the minimum rate. Its system would hold a closed connection
/// open until everything is read, so such a one is reset.
void session::look_at_reader(time_point now) {
  if (!unread_) return;
  auto const seen = outgoing_of(client_.socket().native_handle());
  unread_ = seen.waiting;
  if (!unread_ || looked_ == time_point{}) {
    reading_pace_ = clients_pace(0s);
  } else {
    reading_pace_.waited(now - looked_);
    reading_pace_.moved(seen.acknowledged - acknowledged_);
  }
  looked_ = unread_ ? now : time_point{};
  acknowledged_ = seen.acknowledged;
  if (!unread_ || reading_pace_.left() > 0s) return;
  client_late_ = over_ = true;
  unread_ = false;
  client_.reset();
}

void session::last_call() {
  last_ = true;
  if (between_ && in_.empty()) client_.cancel();
}

void session::terminate() {
  over_ = client_left_ = true;
  hold_.cancel();
  client_.abort();
  if (upstream_) upstream_->abort();
}

void session::add_flight(std::vector<flight>& into) const {
  if (greeting_ != 0) into.push_back({std::string(no_institution), operation::meta, accepted_, greeting_, true});
  if (!turn_.open) return;
  into.push_back({turn_.report.institution, turn_.report.what, turn_.report.arrived, turn_.report.request, turn_.held,
                  turn_.report.tunnel, turn_.report.client});
}

}  // namespace vendaval::io
