#pragma once
/// Makes the probes. What became of each is seen where every other request is: at the proxy, by the watch.
#include <spdlog/logger.h>

#include <memory>

#include "base/io/outbound.hpp"
#include "monitor/probes/plan.hpp"

namespace vendaval::monitor {

class prober {
 public:
  prober(probe_settings s, secret authorization, std::string agent, outbound& calls,
         std::shared_ptr<spdlog::logger> log);
  /// Often: sends what is due.
  void tick(time_point now);

 private:
  probe_settings settings_;
  secret authorization_;
  std::string agent_;
  outbound& calls_;
  std::shared_ptr<spdlog::logger> log_;
  probe_plan plan_;
};

}  // namespace vendaval::monitor
