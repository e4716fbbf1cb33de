#pragma once
/// Everything `vendaval up` is: data path, monitor, fault desk, runner and API, composed. One control thread runs what
/// decides; the data path, storage and outbound calls have threads of their own.
#include <memory>
#include <string>

#include "controller/settings.hpp"

namespace vendaval::controller {

class station {
 public:
  /// Opens the database, binds every address, marks runs that a crash left behind as `error`. Throws std::runtime_error
  /// with a sentence for people. `config_file` is for messages.
  station(settings s, std::string const& config_file, std::string const& log_level);
  ~station();
  station(station const&) = delete;

  /// Until SIGINT or SIGTERM: then every fault is lifted, a run under way is aborted, requests in flight get
  /// limits.drain to end, and what was taken is written; the second such signal does not wait. SIGHUP takes limits and
  /// certificates over from the configuration. SIGUSR1 is the kill switch.
  void run();

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace vendaval::controller
