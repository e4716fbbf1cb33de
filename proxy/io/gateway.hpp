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
#include "proxy/dialects/dialect.hpp"
#include "proxy/faults/marker.hpp"
#include "proxy/limits.hpp"
#include "proxy/link.hpp"
#include "proxy/places.hpp"

namespace vendaval {

struct gateway_settings {
  listen_address listen;
  std::optional<tls_identity> tls;     // none: plain HTTP, for loopback
  std::vector<tls_identity> more_tls;  // for further names, chosen by SNI
  std::optional<local_ca> fault_ca;    // signs the certificates of TLS faults; the clients must trust it
  std::string client_ca;               // PEM; not empty: only clients with a certificate under it come in
  unsigned threads = 0;                // 0 = one per processor
  gateway_limits limits;
  upstream_settings upstream;
  tls_trust upstream_trust;                // of the usual upstream; the CA of the others is upstream's business
  std::string pin_reason;                  // why upstream_trust pins a key; for the log
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
  std::string via = "vendaval";  // our name in Via; one that no other proxy has tells loops from chains
  /// Told, on a data thread, whose links have been learned to be whose.
  std::function<void(std::vector<dialects::learned> const&)> on_learned;
  faults::marker marker = faults::marker::x_vendaval_fault;  // on answers that a fault made or changed
  /// Requests that faults may be at work on at one moment; one more passes through untouched and is counted.
  std::uint32_t max_active_faults = 10'000;
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
  /// Stops accepting. Clients finish what is in flight and are told to close; who is idle is closed now.
  void wind_down();
  /// Client connections there are now.
  std::uint32_t open() const;
  /// Takes over limits, certificates and trust of `s`, and nothing else, without closing a client's connection. Throws
  /// std::runtime_error like the constructor; then everything stays as it was.
  void reload(gateway_settings const& s);
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
