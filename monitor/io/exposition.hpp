#pragma once
#include <string>

#include "monitor/io/outbox_worker.hpp"
#include "monitor/io/watch.hpp"
#include "monitor/monitor.hpp"
#include "proxy/link.hpp"

namespace vendaval::monitor {

/// What /metrics is made of.
struct exposed {
  metrics_snapshot monitor;
  path_counts path;
  delivery_tally outbox;
  delivery_tallies deliveries;
  std::map<std::string, bool> channels;  // by name: proven to work, every receiver of it
  keeper_counts keeping;
  std::uint64_t faults_armed = 0;
  std::map<std::pair<std::string, std::string_view>, std::uint64_t> injected;  // requests, by bank and kind of fault
  bool stopped = false;                                                        // the kill switch is latched
};

/// Prometheus text format; base units, bounded labels, injected and genuine failures apart.
std::string exposition(exposed const& all);

}  // namespace vendaval::monitor
