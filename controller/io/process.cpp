#include "controller/io/process.hpp"

#include <sys/resource.h>

namespace vendaval::controller {

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

void whenever(boost::asio::signal_set& signals, std::function<void()> then) {
  signals.async_wait([&signals, then = std::move(then)](boost::system::error_code error, int) {
    if (error) return;
    then();
    whenever(signals, then);
  });
}

}  // namespace vendaval::controller
