#pragma once
/// The API of `vendaval up`: JSON over HTTP, on loopback unless a token guards it. Lives on the control thread.
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <vector>

#include "base/http.hpp"
#include "base/redact.hpp"
#include "controller/io/fault_desk.hpp"
#include "controller/io/receive_routes.hpp"
#include "controller/io/runner.hpp"
#include "controller/settings.hpp"
#include "monitor/io/channel_watch.hpp"
#include "monitor/io/exposition.hpp"

namespace vendaval::controller {

/// What the routes work with; all of it outlives the API.
struct api_tools {
  settings const& config;
  async_clock& time;
  timeline calendar;
  runner& runs;
  fault_desk& desk;
  monitor::watch& watch;
  monitor::outbox_worker& outbox;
  link& path;
  std::vector<std::string> error_codes;    // of the dialect, to check scenarios with
  secret token;                            // empty: none is asked for
  sql::storage_thread* storage = nullptr;  // for /v1/sla and /v1/series
  monitor::channel_watch* channels = nullptr;
};

class api {
 public:
  explicit api(api_tools tools) : tools_(std::move(tools)), receive_(tools_.watch, tools_.config.banks) {}
  asio::awaitable<http_response> answer(http_request request);

 private:
  struct route;
  static std::vector<route> const& routes();
  std::optional<http_response> refuse(http_request const& request) const;

  http_response health(http_request const&, std::string const&);
  http_response status(http_request const&, std::string const&);
  http_response faults_now(http_request const&, std::string const&);
  http_response alerts(http_request const&, std::string const&);
  http_response incidents(http_request const&, std::string const&);
  http_response metrics(http_request const&, std::string const&);
  http_response start_run(http_request const&, std::string const&);
  http_response show_run(http_request const&, std::string const&);
  http_response show_journal(http_request const&, std::string const&);
  http_response abort_run(http_request const&, std::string const&);
  http_response stop(http_request const&, std::string const&);
  http_response release(http_request const&, std::string const&);
  http_response breaker(http_request const&, std::string const&);

  api_tools tools_;
  receive_routes receive_;
};

}  // namespace vendaval::controller
