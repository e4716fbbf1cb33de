#pragma once
/// Every bound of the data path, under the name it has in the configuration's [limits].
#include <cstdint>

#include "base/time.hpp"
#include "base/units.hpp"

namespace vendaval {

/// Time limits are looked at five times a second, so they end up to 0.2 s late, never early. A total counts only the
/// time spent waiting for that side: a slow bank is not the client's fault, nor is a fault that holds its request.
struct gateway_limits {
  // A client
  duration handshake = 10s;                  // TLS, from accept to its last message
  duration head = 10s;                       // from the first to the last byte of a request head
  duration idle = 75s;                       // a connection without a request
  duration grace = 5s;                       // then bodies must move at minimum_rate, whoever the client is and reads
  bytes minimum_rate{240};                   // per second, of a request body sent and of an answer read; 0 = none
  duration silence = 10s;                    // the longest pause that bytes moved before can buy
  duration request_body = 10min;             // the whole of a request's body; 0 = no limit
  bytes body_size{0};                        // of a request's body, else 413; 0 = no limit
  std::uint32_t connections = 10000;         // all threads together; further ones are closed at once
  std::uint32_t connections_per_client = 0;  // of one address (IPv6: one /64); 0 = no limit
  // The upstream
  duration upstream_connect = 10s;     // name, TCP and TLS together
  duration first_byte = 330s;          // silence before its answer; a retrieval may take five minutes
  duration continue_wait = 1s;         // for its word on "Expect: 100-continue"; then we invite the body ourselves
  duration upstream_silence = 60s;     // within an answer, and while it does not take a request
  duration answer_body = 0s;           // the whole of an answer's body; 0 = no limit, as event streams need
  duration upstream_idle = 20s;        // a pooled connection without a request
  std::uint32_t pooled_upstream = 64;  // idle connections kept, per thread
  duration question = 2s;              // our own, whose an unknown link is; the request goes on without an answer
  // Both
  duration tunnel = 10min;     // silence in both directions of a WebSocket or a CONNECT tunnel
  bytes head_size{32 * 1024};  // of a request or answer head
  std::uint32_t head_fields = 100;
  bytes inspect{1 << 20};  // largest body held in memory to be understood; larger ones stream through
  duration drain = 10s;    // at the end, for what is in flight

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("handshake", self.handshake, 100ms, 10min);
    visit("head", self.head, 100ms, 10min);
    visit("idle", self.idle, 100ms, 1h);
    visit("grace", self.grace, 100ms, 10min);
    visit("minimum_rate", self.minimum_rate, bytes{0}, bytes{1 << 20});
    visit("silence", self.silence, 100ms, 1h);
    visit("request_body", self.request_body, 0s, 24h);
    visit("body_size", self.body_size, bytes{0}, bytes{1ull << 40});
    visit("connections", self.connections, 1, 1000000);
    visit("connections_per_client", self.connections_per_client, 0, 1000000);
    visit("upstream_connect", self.upstream_connect, 100ms, 10min);
    visit("first_byte", self.first_byte, 100ms, 1h);
    visit("continue_wait", self.continue_wait, 100ms, 1min);
    visit("upstream_silence", self.upstream_silence, 100ms, 1h);
    visit("answer_body", self.answer_body, 0s, 24h);
    visit("upstream_idle", self.upstream_idle, 100ms, 1h);
    visit("pooled_upstream", self.pooled_upstream, 0, 10000);
    visit("question", self.question, 100ms, 1min);
    visit("tunnel", self.tunnel, 100ms, 24h);
    visit("head_size", self.head_size, bytes{1024}, bytes{1 << 20});
    visit("head_fields", self.head_fields, 10, 1000);
    visit("inspect", self.inspect, bytes{0}, bytes{64 << 20});
    visit("drain", self.drain, 0s, 10min);
  }
};

}  // namespace vendaval
