#pragma once
#include <spdlog/logger.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/listen_address.hpp"
#include "base/redact.hpp"
#include "proxy/toxics/book.hpp"

namespace vendaval::toxics {

/// One line about who hung which toxic, or how one ended.
struct toxic_record {
  std::string action;  // "toxic": asked of the API; "end": a toxic is no more
  std::string actor, what, result;
};
/// Writes it down, and calls back from any thread when that is durable (an empty text) or why it cannot be.
using toxic_audit = std::function<void(toxic_record, std::function<void(std::string trouble)>)>;

struct toxiproxy_settings {
  listen_address listen{"127.0.0.1", 8474};
  secret token{};  // needed unless we listen on loopback
  book_settings book{};
  std::uint64_t seed = 1;
  std::string version{};   // ours
  bool own_switch = true;  // serves /v1/stop and /v1/release; else the kill switch is somebody else's
  /// Null: nothing is written down. Else nothing that could go wrong is done before its record is durable; taking a
  /// toxic away waits for none.
  toxic_audit audit{};
  std::shared_ptr<spdlog::logger> log{};
};

/// A server of Toxiproxy's HTTP API, and the proxies it is told to run. Everything happens on the thread of `io`.
class toxiproxy {
 public:
  /// Binds at once: throws std::runtime_error with a sentence for people when that fails, or when other machines could
  /// reach the API without a token.
  toxiproxy(boost::asio::io_context& io, toxiproxy_settings s);
  ~toxiproxy();
  toxiproxy(toxiproxy const&) = delete;

  void start();
  std::uint16_t port() const;
  /// The proxies of a configuration file, in the form of a body of /populate. Throws std::runtime_error that says why
  /// they cannot be had.
  void populate(std::string const& text, std::string const& file);
  /// The kill switch: no toxic is left, every proxy is enabled, what was held goes on at once.
  void stop(std::string const& reason);
  /// Things may go wrong again.
  void release();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval::toxics
