#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/time.hpp"

namespace vendaval::controller {

/// A program of ours running beside this one. It dies with its parent, whatever happens to the parent, and with this
/// object. What it prints goes to a file.
class child_process {
 public:
  /// Starts this same executable with `arguments`. Throws std::runtime_error with the system's reason.
  child_process(std::string name, std::vector<std::string> const& arguments, std::string log_file);
  ~child_process();  // stop(2s)
  child_process(child_process const&) = delete;

  std::string const& name() const { return name_; }
  std::string const& log_file() const { return log_file_; }
  pid_t pid() const { return pid_; }
  /// False once it has ended; its exit status is then known.
  bool running();
  int exit_status() const { return status_; }
  /// SIGTERM, then SIGKILL when it has not ended within `grace`.
  void stop(duration grace);
  /// The last lines it printed, for an error message.
  std::string last_words(std::size_t lines = 12) const;

 private:
  std::string name_, log_file_;
  pid_t pid_ = -1;
  int status_ = -1;
};

}  // namespace vendaval::controller
