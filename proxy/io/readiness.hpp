#pragma once
#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include "proxy/io/types.hpp"

namespace vendaval::io {

/// A TCP socket that remembers whether it can be read and written, edge by edge: who has taken all there is says so
/// once, and the next event is remembered even if nobody waits for it. So a wait costs no system call, where Asio's own
/// operations cost one each (a read that finds nothing, or a change of the epoll set): 1.4 of some 8 µs a request where
/// it was measured. For that it hands Asio's reactor an operation of its own, which is not part of Asio's interface;
/// CMake asks for the exact version of Boost for which this was written.
class ready_socket : public tcp_socket {
 public:
  enum class way : std::uint8_t { read, write };
  using handler = asio::any_completion_handler<void()>;

  explicit ready_socket(asio::io_context& io);
  ready_socket(asio::io_context& io, tcp_socket socket);
  ~ready_socket();
  ready_socket(ready_socket const&) = delete;

  /// Worth trying? True at first.
  bool ready(way w) const { return watch_of(w).ready; }
  /// The last attempt took all there was (or filled all there was room for).
  void exhausted(way w);
  /// Calls once the socket is ready, closed or cancelled; at once, through the executor, when it is that already. One
  /// at a time: a second takes the first one's place, which is dropped uncalled.
  void when_ready(way w, handler call);
  void forget(way w) { taken(watch_of(w)); }
  /// Something has happened of which no event has told: whoever waits goes on and tries.
  void rouse();
  /// The same for `co_await`.
  auto wait(way w) {
    auto const start = [](auto call, ready_socket* self, way which) { self->when_ready(which, std::move(call)); };
    return asio::async_initiate<asio::deferred_t const, void()>(start, asio::deferred, this, w);
  }

 private:
  /// Lives until the reactor has let go of it, which may be later than the socket.
  struct watch;
  struct watch_state {
    watch* op = nullptr;
    bool ready = true;
    handler waiting;
  };
  /// By swap: to move-assign an any_completion_handler of Boost 1.81 never returns.
  static handler taken(watch_state& from) {
    handler call;
    call.swap(from.waiting);
    return call;
  }
  watch_state& watch_of(way w) { return watches_[static_cast<std::size_t>(w)]; }
  watch_state const& watch_of(way w) const { return watches_[static_cast<std::size_t>(w)]; }

  std::array<watch_state, 2> watches_;
};

}  // namespace vendaval::io
