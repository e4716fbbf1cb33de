#pragma once
/// The way of a webhook: from the API to the app, with the faults between them that are armed for webhooks.
#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/io/tls.hpp"
#include "base/listen_address.hpp"
#include "proxy/dialects/dialect.hpp"
#include "proxy/link.hpp"

namespace vendaval {

struct webhook_settings {
  listen_address listen;
  std::optional<tls_identity> tls;
  std::string app;      // origin of the one app that webhooks go to: "https://app.staging.example"; path and query stay
  std::string ca_file;  // PEM to trust in place of the system's
  std::function<std::unique_ptr<dialects::dialect>()> make_dialect;
  std::size_t most_held = 10'000;       // one more is passed on at once, and counted as in doubt
  std::shared_ptr<spdlog::logger> log;  // may be null
};

/// A thread of its own, so that a lease ends on time whatever becomes of the rest. To those who arm faults and read
/// reports it is the link that it stands before, with its own faults, reports and counts added.
///
/// With no fault in reach a webhook is passed on as it came, and the app's own answer goes back. One that is dropped or
/// held is answered 200 at once, since its sender would send it again after some seconds; what is held goes out when
/// its time has come, or at once when its fault ends, and then the app's answer concerns nobody: it is logged when it
/// is not a 2xx. What is held lives in memory and goes out at stop().
class webhook_relay final : public link {
 public:
  /// Binds at once. Throws std::runtime_error with a sentence for people.
  webhook_relay(webhook_settings s, link& path);
  ~webhook_relay() override;  // stops
  webhook_relay(webhook_relay const&) = delete;

  void start();
  void stop();
  std::uint16_t port() const;
  /// What a reload can change.
  struct terms {
    std::optional<tls_identity> tls;
    std::string ca_file;
  };
  /// Throws std::runtime_error with a sentence for people when these could not be taken over.
  void check(terms const& fresh) const;
  /// Takes them over without closing a connection or touching what is held. What check() would refuse changes nothing.
  void reload(terms fresh);
  /// Whose links are whose, as the data path learns it. From any thread.
  void learn(std::vector<dialects::learned> facts);

  void publish(std::shared_ptr<faults::armed_set const> armed) override;
  std::vector<exchange> drain() override;
  std::vector<flight> flights() override;
  path_counts counts() const override;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval
