#pragma once
/// Everything that passes between the data path and control: a small set of values. In `vendaval up` a queue in memory
/// carries them (proxy/io/gateway); the same values can cross a socket later.
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/exchange.hpp"
#include "proxy/faults/armed.hpp"
#include "proxy/webhook_counts.hpp"

namespace vendaval {

/// Counted by the data path since it started.
struct path_counts {
  std::uint64_t connections = 0, requests = 0;
  std::uint64_t open = 0;               // connections of clients now
  std::uint64_t turned_away = 0;        // connections closed at once: a limit was reached
  std::uint64_t exchanges_lost = 0;     // the queue to the monitor was full
  std::uint64_t faults_active = 0;      // requests that a fault is at work on now
  std::uint64_t faults_overflowed = 0;  // and those it left alone because there were too many of them
  std::uint64_t pass_through = 0;       // a fault was in doubt and left alone (S24)
  std::uint64_t refused_hosts = 0;      // requests for a host off the allow-list
  /// Requests that we refused ourselves, by what was wrong with them: "field_line", "body_too_large". Those for a host
  /// off the allow-list are not among them.
  std::vector<std::pair<std::string_view, std::uint64_t>> requests_refused;
  /// Answers that broke the rules of HTTP, by what was wrong with them: "truncated", "framing_conflict". One with a
  /// surplus was whole and passed on all the same.
  std::vector<std::pair<std::string_view, std::uint64_t>> upstream_invalid;
  /// By bank, "unknown" among them; nothing where webhooks have no way in.
  std::optional<webhooks_by_bank> webhooks;
};

class link {
 public:
  virtual ~link() = default;
  /// Replaces the armed faults on every data thread; requests held by a fault that is gone go on at once.
  virtual void publish(std::shared_ptr<faults::armed_set const> armed) = 0;
  /// Takes the exchanges that have ended since the last call, oldest first per data thread.
  virtual std::vector<exchange> drain() = 0;
  /// Requests under way now.
  virtual std::vector<flight> flights() = 0;
  virtual path_counts counts() const = 0;
};

}  // namespace vendaval
