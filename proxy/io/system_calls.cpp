#include "proxy/io/system_calls.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <ctime>

namespace vendaval::io {
namespace {

/// Does the system say that nothing is left? It counts the end of the stream as one byte.
bool left_nothing(msghdr& m) {
  for (auto* c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_level != SOL_TCP || c->cmsg_type != TCP_CM_INQ) continue;
    int left = 0;
    std::memcpy(&left, CMSG_DATA(c), sizeof left);
    return left == 0;
  }
  return false;
}

}  // namespace

time_point coarse_now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return time_point(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

void prepare(int socket) {
  int const on = 1;
  ::setsockopt(socket, SOL_TCP, TCP_INQ, &on, sizeof on);
  ::setsockopt(socket, SOL_TCP, TCP_NODELAY, &on, sizeof on);
}

ssize_t receive_now(int socket, void* into, std::size_t room, bool& drained) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  iovec piece{into, room};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t count = 0;
  do count = ::recvmsg(socket, &message, MSG_DONTWAIT);
  while (count < 0 && errno == EINTR);
  drained = count > 0 && left_nothing(message);
  return count;
}

ssize_t send_now(int socket, std::array<boost::asio::const_buffer, 2> const& what) {
  constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
  auto const& [first, second] = what;
  std::array<iovec, 2> parts{iovec{const_cast<void*>(first.data()), first.size()},
                             iovec{const_cast<void*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  ssize_t count = 0;
  do
    count = second.size() == 0 ? ::send(socket, first.data(), first.size(), flags) : ::sendmsg(socket, &message, flags);
  while (count < 0 && errno == EINTR);
  return count;
}

}  // namespace vendaval::io
