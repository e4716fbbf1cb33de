#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/io/http_server.hpp"

namespace vendaval::sandbox {

struct received_message {
  time_point at{};
  std::string path, body;
  unsigned answered = 200;
};

/// Stands in for Slack: takes webhooks, answers 200 "ok", and tells what came. On a thread of its own.
class receiver {
 public:
  using listener = std::function<void(received_message const&)>;  // on the receiver's thread

  receiver(listen_address listen, std::optional<tls_identity> tls, listener on_message = {});
  ~receiver();
  receiver(receiver const&) = delete;

  void start();
  void stop();
  std::uint16_t port() const;

  // From any thread.
  /// The next `times` messages are answered so: 429 with Retry-After, 500, …; recorded all the same.
  void misbehave(unsigned status, unsigned times, std::optional<unsigned> retry_after_seconds = {});
  /// The latest thousand, oldest first.
  std::vector<received_message> messages() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval::sandbox
