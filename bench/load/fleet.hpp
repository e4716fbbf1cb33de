#pragma once
/// Many connections to one server, on one epoll.
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/load/connection.hpp"

namespace vendaval::bench {

struct fleet_settings {
  endpoint to;
  std::string ca_file;    // needed for https
  std::string warm_path;  // asked once on every new connection; empty = the endpoint's own
  expectation expected;
  bool resume = false;        // TLS sessions
  std::uint32_t sources = 1;  // local addresses used in turn, 127.0.0.1 upwards
};

class fleet {
 public:
  using handler = std::function<void(connection&)>;

  explicit fleet(fleet_settings settings);
  ~fleet();
  fleet(fleet const&) = delete;

  /// Opens connections until there are `count`; each has answered one request and idles. A few at a time, so that no
  /// server's backlog overflows.
  void grow(std::size_t count);
  /// A new connection, which is under way to be connected.
  connection& open();
  void close(connection& which);

  std::vector<std::unique_ptr<connection>> const& all() const { return all_; }
  std::string const& request() const { return request_; }
  bool has_session() const { return tls_ && tls_->has_session(); }

  /// Waits until something happens or `until` is reached, and tells the handlers. False: nothing happened.
  bool wait(instant until, handler const& connected, handler const& answered);
  /// The same without an `until`. Throws when nothing happens for a minute.
  void wait(handler const& connected, handler const& answered);

 private:
  fleet_settings settings_;
  std::unique_ptr<tls_client> tls_;
  std::string request_, warm_request_;
  int epoll_;
  std::uint32_t opened_ = 0;
  std::vector<std::unique_ptr<connection>> all_;
};

}  // namespace vendaval::bench
