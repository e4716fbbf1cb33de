#pragma once
#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <mutex>

namespace vendaval {

/// Log lines to a descriptor, without ever waiting for its reader: a pipe that nobody empties, or a terminal that was
/// stopped with Ctrl-S, must not hold traffic up. Lines that find no room are dropped, and the next line that is
/// written comes after one that says how many.
class unwaiting_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// The descriptor is borrowed and its flags are left alone: the shell may share it.
  explicit unwaiting_sink(int descriptor) : descriptor_(descriptor) {}

 protected:
  void sink_it_(spdlog::details::log_msg const& message) override;
  void flush_() override {}

 private:
  int descriptor_;
  std::uint64_t dropped_ = 0;
  bool in_the_middle_ = false;  // the reader fell behind within a line: the next begins on its own
};

}  // namespace vendaval
