#pragma once
/// Knows of every channel whether it works, and tries those that have long been silent. Lives on the control thread.
#include <map>
#include <string>
#include <vector>

#include "monitor/io/outbox_worker.hpp"
#include "monitor/notify/proofs.hpp"

namespace vendaval::monitor {

class channel_watch {
 public:
  channel_watch(outbox_tools tools, outbox_worker& outbox);

  void tick();  // now and then: looks once a minute
  /// Tries a channel now, each of its receivers. False when there is no such channel.
  bool prove(std::string_view channel);
  std::vector<channel_health> view() const;

 private:
  void learn();
  void prove(channel const& c, std::size_t receiver, wall_time now);
  channel_health health_of(channel const& c, std::size_t receiver) const;
  wall_time now() const { return tools_.calendar.at(tools_.time.now()); }

  outbox_tools tools_;
  outbox_worker& outbox_;
  wall_time started_, looked_{};
  std::map<std::string, wall_time, std::less<>> before_;  // what the database knew at the start, by lane
  std::map<std::string, wall_time, std::less<>> tried_;
  bool asked_ = false, known_ = false;
  unsigned tries_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace vendaval::monitor
