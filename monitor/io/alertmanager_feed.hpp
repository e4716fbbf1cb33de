#pragma once
/// Alertmanager forgets a firing alert that is not sent again, and all of them when it restarts. So what it was told of
/// is sent to every peer once a minute while it lasts, and for 15 minutes after its end. The first message and the last
/// go through the outbox like everybody's; this one is only repetition, and nothing is kept of it.
#include <spdlog/logger.h>

#include <memory>
#include <vector>

#include "base/io/clock.hpp"
#include "base/io/outbound.hpp"
#include "monitor/monitor.hpp"
#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {

class alertmanager_feed {
 public:
  alertmanager_feed(std::vector<channel> const& channels, outbound& calls, std::shared_ptr<spdlog::logger> log);
  /// Often; does something once a minute.
  void tick(monitor const& m, time_point now);

 private:
  void send(channel const& c, std::string const& peer, incident const& i, monitor const& m, time_point now);

  std::vector<channel> clusters_;
  outbound& calls_;
  std::shared_ptr<spdlog::logger> log_;
  std::optional<time_point> last_;
};

}  // namespace vendaval::monitor
