#pragma once
#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sandbox/bank/webhooks.hpp"

namespace vendaval::sandbox {

/// Takes the sandbox bank's webhooks to the app. As Belvo does: one that is not answered 2xx within 5 s is sent again,
/// after one and after two seconds more. The bank waits for none of it, and never has more than a thousand on their
/// way.
class webhook_post {
 public:
  struct destination {
    std::string url, ca_file;  // no URL: what is sent goes nowhere
  };
  struct counters {
    std::uint64_t taken = 0;     // answered 2xx
    std::uint64_t given_up = 0;  // not taken after three attempts, or too many were on their way
  };

  webhook_post(boost::asio::any_io_executor executor, destination to);
  ~webhook_post();
  webhook_post(webhook_post const&) = delete;

  /// On the executor's thread, like stop().
  void send(std::vector<webhook> all);
  /// What is on its way is given up.
  void stop();
  counters counted() const;  // from any thread

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval::sandbox
