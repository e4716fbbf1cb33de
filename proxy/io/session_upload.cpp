// The rest of a request's body: beside the answer, which need not wait for it (RFC 9112, section 9.3).
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>

#include "proxy/io/session.hpp"

namespace vendaval::io {

/// The head went ahead with its Expect. The body waits while that can spare somebody its sending: until the upstream
/// has said what it thinks, the client sends all the same, or the upstream has kept silent for too long, as one does
/// that knows no Expect (RFC 9110, section 10.1.1).
bool session::body_waits() const { return in_.empty() && worker_.now() < asking_until_; }

/// There is nothing to wait for: lets the client send, and the body go up. False when the client is gone.
awaitable<bool> session::stop_asking() {
  bool const welcome = co_await invite_body();
  if (welcome) start_upload();
  co_return welcome;
}

void session::start_upload() {
  asking_ = false;
  late_.clear(way::answer);  // the time for its first byte begins with the request's last
  uploading_ = true;
  upload_stopped_ = false;
  upload_end_ = {};
  turn_.continue_due = false;  // who sends already does not wait to be invited
  asio::co_spawn(worker_.io(), upload(), [self = shared_from_this()](std::exception_ptr thrown, failure end) {
    auto& s = *self;
    s.uploading_ = false;
    s.upload_end_ = thrown ? failure{failure::kind::client_left, false, {}} : std::move(end);
    s.late_.clear(way::request);
    if (s.upload_end_.clients_doing() && s.upstream_) s.upstream_->abort();  // the answer would be to half a request
    if (s.awaiting_answer_) s.until(s.worker_.limits().first_byte, side::upstream, way::answer);
    if (s.watching_) s.attend();
    s.uploaded_.cancel();
  });
}

/// Straight from the client's buffer to the upstream, so that neither can outrun the other.
awaitable<failure> session::upload() {
  auto& body = turn_.body;
  while (!body.done() && !upload_stopped_) {
    auto const bytes = in_.data();
    auto const count = take_body(bytes);
    if (auto why = flaw_of_body()) co_return why;
    if (count == 0) {
      bool const more = co_await fill();
      if (!more && !upload_stopped_) co_return failure{failure::kind::client_left, false, {}};
      continue;
    }
    until(worker_.limits().upstream_silence, side::upstream);
    std::array<asio::const_buffer, 2> const piece{asio::buffer(bytes.data(), count), asio::const_buffer()};
    error_code error;
    if (!upstream_->try_write(piece, error)) error = co_await upstream_->finish_write();
    in_.consume(count);
    if (error)
      co_return failure{failure::kind::unreachable, false,
                        fmt::format("the upstream closed while the body was sent: {}", error.message())};
  }
  co_return failure{};
}

/// Stops it if it still goes on, and says how it ended. The connection to the upstream is of no further use then.
awaitable<failure> session::end_upload() {
  if (uploading_) {
    upload_stopped_ = true;
    awaiting_answer_ = false;
    upstream_->abort();
    client_.rouse();
  }
  while (uploading_) {
    uploaded_.expires_at(time_point::max());
    co_await uploaded_.async_wait(no_throw);
  }
  upload_stopped_ = false;
  co_return std::exchange(upload_end_, {});
}

}  // namespace vendaval::io
