#include "base/io/unwaiting_sink.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string_view>

namespace vendaval {
namespace {

/// A pipe that polls as writable takes PIPE_BUF bytes at once (pipe(7)), so no write of ours can block on one.
bool writable(int descriptor) {
  pollfd wanted{descriptor, POLLOUT, 0};
  return ::poll(&wanted, 1, 0) == 1 && (wanted.revents & POLLOUT) != 0;
}

/// How many bytes went out before there was no more room, or nobody left to read.
std::size_t write_what_fits(int descriptor, std::string_view text) {
  std::size_t written = 0;
  while (written < text.size() && writable(descriptor)) {
    auto const part = text.substr(written, PIPE_BUF);
    auto const count = ::write(descriptor, part.data(), part.size());
    if (count > 0)
      written += static_cast<std::size_t>(count);
    else if (errno != EINTR)
      break;
  }
  return written;
}

}  // namespace

void unwaiting_sink::sink_it_(spdlog::details::log_msg const& message) {
  spdlog::memory_buf_t line;
  if (in_the_middle_) line.push_back('\n');
  if (dropped_ != 0)
    fmt::format_to(std::back_inserter(line), "({} lines of the log were dropped here: nobody was reading it)\n",
                   dropped_);
  formatter_->format(message, line);
  auto const written = write_what_fits(descriptor_, {line.data(), line.size()});
  if (written == line.size()) {
    in_the_middle_ = false;
    dropped_ = 0;
  } else {
    in_the_middle_ = in_the_middle_ || written != 0;
    ++dropped_;
  }
}

}  // namespace vendaval
