#pragma once
/// The data path: clients on one side, the allowed upstreams on the other, armed faults between them. N data threads
/// that share nothing on the way of a request.
#include <spdlog/logger.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/io/certificates.hpp"
#include "base/io/http_server.hpp"
#include "base/units.hpp"
#include "proxy/dialects/dialect.hpp"
#include "proxy/link.hpp"
#include "proxy/places.hpp"

namespace vendaval {

/// Every bound of the data path. Waits are checked five times a second, so they end up to 0.2 s late, never early.
struct gateway_limits {
  duration handshake = 10s;            // TLS with a client
  duration head = 30s;                 // from the first to the last byte of a request head
  duration idle = 75s;                 // a client connection without a request
  duration body = 60s;                 // silence within a body, in either direction
  duration upstream_connect = 10s;     // name, TCP and TLS together
  duration first_byte = 330s;          // upstream's silence before its answer; a retrieval may take five minutes
  duration upstream_idle = 20s;        // a pooled upstream connection without a request
  duration question = 2s;              // of our own about an unknown link; the request goes on without an answer
  duration tunnel = 10min;             // silence in both directions of a WebSocket or a CONNECT tunnel
  std::uint32_t connections = 10000;   // of clients, all threads together; further ones are closed at once
  std::uint32_t pooled_upstream = 64;  // idle upstream connections kept, per thread
  bytes head_size{32 * 1024};          // of a request or answer head
  std::uint32_t head_fields = 100;
  bytes inspect{1 << 20};  // largest body held in memory to be understood; larger ones stream through

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("handshake", self.handshake, 100ms, 10min);
    visit("head", self.head, 100ms, 10min);
    visit("idle", self.idle, 100ms, 1h);
    visit("body", self.body, 100ms, 1h);
    visit("upstream_connect", self.upstream_connect, 100ms, 10min);
    visit("first_byte", self.first_byte, 100ms, 1h);
    visit("upstream_idle", self.upstream_idle, 100ms, 1h);
    visit("question", self.question, 100ms, 1min);
    visit("tunnel", self.tunnel, 100ms, 24h);
    visit("connections", self.connections, 1, 1000000);
    visit("pooled_upstream", self.pooled_upstream, 0, 10000);
    visit("head_size", self.head_size, bytes{1024}, bytes{1 << 20});
    visit("head_fields", self.head_fields, 10, 1000);
    visit("inspect", self.inspect, bytes{1024}, bytes{64 << 20});
  }
};

struct gateway_settings {
  listen_address listen;
  std::optional<tls_identity> tls;  // none: plain HTTP, for loopback
  unsigned threads = 0;             // 0 = one per processor
  gateway_limits limits;
  upstream_settings upstream;
  std::vector<std::string> allowed_hosts;  // the only ones that any way in can reach; see proxy/places.hpp
  /// A second, plain listener for clients that use us as their proxy: absolute-form and CONNECT. Loopback only.
  std::optional<listen_address> forward_listen;
  /// Ends the TLS inside CONNECT with certificates of this CA, so that those requests are treated like any other.
  /// Without it CONNECT opens a blind tunnel.
  std::optional<local_ca> intercept;
  /// Names under which clients call this proxy. Its listen address, localhost, the loopback addresses and the
  /// upstream's own host are always accepted; a request for any other host is answered 421 and never faulted.
  std::vector<std::string> server_names;
  std::function<std::unique_ptr<dialects::dialect>()> make_dialect;  // called once per data thread
  std::string via = "vendaval";         // our name in Via; one that no other proxy has tells loops from chains
  bool mark_injected = true;            // X-Vendaval-Fault: <label> on answers that a fault made
  std::uint64_t seed = 1;               // for request ids in injected answers
  std::size_t report_queue = 8192;      // exchanges per data thread that wait for drain()
  std::shared_ptr<spdlog::logger> log;  // may be null
};

/// publish, drain and flights are for one control thread; counts is for any.
class gateway final : public link {
 public:
  /// Binds at once. Throws std::runtime_error with a sentence for people: upstream off the allow-list, address taken,
  /// certificate unreadable, URL not understood.
  explicit gateway(gateway_settings s);
  ~gateway() override;  // stops
  gateway(gateway const&) = delete;

  void start();
  /// Closes every connection and joins the threads. drain() still gives what was reported.
  void stop();
  std::uint16_t port() const;
  std::uint16_t forward_port() const;  // 0 without forward_listen

  /// Returns when every data thread has taken the snapshot over (or after 100 ms, should one be stuck). A snapshot
  /// whose epoch is not greater than the last one's is ignored.
  void publish(std::shared_ptr<faults::armed_set const> armed) override;
  std::vector<exchange> drain() override;
  /// At most 0.2 s old.
  std::vector<flight> flights() override;
  path_counts counts() const override;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval
