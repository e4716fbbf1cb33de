#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/institution.hpp"
#include "base/io/http_server.hpp"
#include "sandbox/bank/bank.hpp"
#include "sandbox/io/webhook_post.hpp"

namespace vendaval::sandbox {

struct bank_counters {
  std::uint64_t requests = 0;                     // answered
  std::uint64_t ok = 0, refused = 0, broken = 0;  // 2xx, 4xx, 5xx
  std::uint64_t under_way = 0;
  webhook_post::counters webhooks{};
};

/// The sandbox bank over real sockets, on a thread of its own.
class bank_server {
 public:
  /// Binds at once: throws std::runtime_error with a sentence for people when it cannot.
  /// `app`: where its webhooks go; without a URL it sends none.
  bank_server(bank_settings settings, institutions banks, listen_address listen, std::optional<tls_identity> tls,
              webhook_post::destination app = {});
  ~bank_server();
  bank_server(bank_server const&) = delete;

  void start();
  void stop();  // for good; connections are dropped
  std::uint16_t port() const;

  // From any thread.
  bool set_status(std::string_view institution, bank_status status);
  std::vector<std::string> links_of(std::string_view institution) const;
  bank_counters counters() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval::sandbox
