#pragma once
/// Calls to the outside (webhooks, simulated app, probes, admin client) through libcurl's multi interface on one
/// thread of its own. Nothing on the data path ever waits for it.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"

namespace vendaval {

/// A mail in place of an HTTP request: `url` is smtp://host:port (STARTTLS is demanded unless the host is this machine
/// and has none) or smtps://, `user` and `password` are the account's.
struct outbound_mail {
  std::string from{}, to{};  // addresses, without names
  std::vector<http_header> headers{};
  std::string text{}, html{};  // UTF-8; the same content twice
};

struct outbound_request {
  std::string method = "GET";
  std::string url{};
  std::vector<http_header> headers{};
  std::string body{};
  std::optional<outbound_mail> mail{};
  duration timeout = 30s;  // whole call; 0 = none
  duration connect_timeout = 10s;
  std::string ca_file{};  // trust this CA instead of the system's
  std::string user{};     // Basic authentication when not empty
  secret password{};
  std::size_t body_limit = 1 << 20;
};

struct outbound_result {
  std::string error{};  // empty when an HTTP answer came; otherwise curl's words, without secrets
  bool connected = false;
  unsigned status = 0;  // of mail: the last code of SMTP
  std::vector<http_header> headers{};
  std::string body{};
  duration took{};
};

class outbound {
 public:
  using done = std::function<void(outbound_result)>;  // called on the outbound thread; post what must happen elsewhere

  struct settings {
    long connections_per_host = 64;
  };
  outbound();
  explicit outbound(settings s);
  ~outbound();  // cancels what is under way (done is called with an error) and joins the thread
  outbound(outbound const&) = delete;

  void send(outbound_request request, done when_done);
  /// For command-line use: waits for the answer.
  outbound_result call(outbound_request request);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval
