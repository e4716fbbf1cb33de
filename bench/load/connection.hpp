#pragma once
/// One client connection, driven by readiness: connects, shakes hands, and then asks one thing at a time.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "bench/load/answer_reader.hpp"
#include "bench/load/endpoint.hpp"
#include "bench/load/tls.hpp"

namespace vendaval::bench {

using steady = std::chrono::steady_clock;
using instant = steady::time_point;

class connection {
 public:
  enum class happened : std::uint8_t { nothing, connected, answered };

  /// `tls` may be null: plain HTTP. `source` is the local address in host order; 0 lets the kernel choose.
  connection(endpoint const& to, tls_client* tls, std::uint32_t source, expectation expected);
  ~connection();
  connection(connection const&) = delete;

  int socket() const { return socket_; }
  /// Sends a request; the bytes must outlive the answer.
  void ask(std::string_view request);
  /// To be called whenever the socket became readable or writable. Throws std::runtime_error on any trouble: a server
  /// that closes, an answer that was not expected, bytes that nobody asked for.
  happened drive();
  bool resumed() const { return tls_ && SSL_session_reused(tls_.get()) == 1; }
  /// Says goodbye, so that the server sees an orderly end.
  void shut_down();

  instant due{};   // when the request under way should have been sent
  instant sent{};  // and when it was

 private:
  enum class state : std::uint8_t { connecting, shaking_hands, idle, waiting };
  void finish_connecting();
  bool shake_hands();
  void flush();
  /// How much came; 0 = nothing more for now.
  std::size_t read_some();
  std::size_t read_tls();

  endpoint const& to_;
  tls_client* client_;
  int socket_ = -1;
  std::unique_ptr<SSL, free_ssl> tls_;
  answer_reader answer_;
  std::string_view unsent_;
  state state_ = state::connecting;
};

}  // namespace vendaval::bench
