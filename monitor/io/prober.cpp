#include "monitor/io/prober.hpp"

namespace vendaval::monitor {

prober::prober(probe_settings s, secret authorization, std::string agent, outbound& calls,
               std::shared_ptr<spdlog::logger> log)
    : settings_(std::move(s)),
      authorization_(std::move(authorization)),
      agent_(std::move(agent)),
      calls_(calls),
      log_(std::move(log)),
      plan_(settings_.calls.size(), settings_.every) {}

void prober::tick(time_point now) {
  for (auto const place : plan_.due(now)) {
    auto const& call = settings_.calls[place];
    outbound_request request;
    request.method = call.method;
    request.url = settings_.url + call.path;
    request.headers = {{"User-Agent", agent_}, {"Accept", "application/json"}};
    if (!authorization_.empty()) request.headers.push_back({"Authorization", authorization_.reveal()});
    if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    request.body = call.body;
    request.ca_file = settings_.ca_file;
    request.timeout = settings_.every;  // a hang is seen while it hangs, and the next one need not wait behind it
    calls_.send(std::move(request), [log = log_, bank = call.institution](outbound_result const& came) {
      if (!came.connected) log->warn("the probe of {} did not reach the proxy: {}", bank, came.error);
    });
  }
}

}  // namespace vendaval::monitor
