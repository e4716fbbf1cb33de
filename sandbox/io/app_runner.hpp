#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/institution.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"
#include "sandbox/app/app.hpp"

namespace vendaval::sandbox {

struct app_runner_options {
  std::string base_url;           // the proxy, or a bank: "https://127.0.0.1:8443"
  std::string ca_file;            // trust this CA instead of the system's
  std::string report_breaker_to;  // URL: POST {"institution","state","at"} at every change; empty: nobody is told
  secret report_token;            // sent there as a bearer token when not empty
};

/// What can be seen of a running app.
struct app_view {
  bool ready = false;   // it knows its links and is making calls
  std::string trouble;  // why it is not ready, for people
  std::map<std::string, app_statistics> statistics;
  std::map<std::string, breaker_state> breakers;
  std::uint64_t reports_failed = 0;
};

/// The simulated app over real sockets, on threads of its own. It first asks the API for its links, as an app would
/// read them in its database, and goes on asking until it gets them.
class app_runner {
 public:
  using breaker_listener = std::function<void(breaker_event const&)>;  // on the app's thread

  app_runner(app_settings settings, institutions known, app_runner_options options, breaker_listener on_breaker = {});
  ~app_runner();
  app_runner(app_runner const&) = delete;

  void start();
  void stop();            // for good; calls under way are dropped
  app_view look() const;  // from any thread

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace vendaval::sandbox
