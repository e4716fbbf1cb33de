#include "proxy/io/system_calls.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>

namespace vendaval::io {
namespace {

template <class T>
T value_in(cmsghdr* c) {
  T value{};
  std::memcpy(&value, CMSG_DATA(c), sizeof value);
  return value;
}

duration length(timespec const& t) { return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec); }

/// The steady clock's name for an instant of the wall clock that has just been.
time_point on_steady_clock(timespec const& then) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  auto const ago = std::clamp<duration>(length(now) - length(then), duration(0), longest_queue);
  return std::chrono::steady_clock::now() - ago;
}

/// What the system says beside the bytes. It counts the end of the stream as one byte that is left.
void read_control(msghdr& m, received& into) {
  for (auto* c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
    if (c->cmsg_level == SOL_TCP && c->cmsg_type == TCP_CM_INQ) into.drained = value_in<int>(c) == 0;
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS)
      into.came = on_steady_clock(value_in<timespec>(c));
  }
}

}  // namespace

time_point coarse_now() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return time_point(length(t));
}

void prefer_short_turns() {
  struct attributes {  // sched_setattr(2); the C library has no name for it yet
    std::uint32_t size = 48, policy = 0;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t turn_ns = 0, deadline_ns = 0, period_ns = 0;
  } mine;
  static_assert(sizeof mine == 48);
  if (::syscall(SYS_sched_getattr, 0, &mine, sizeof mine, 0) != 0) return;
  mine.turn_ns = 100'000;  // the least it takes
  ::syscall(SYS_sched_setattr, 0, &mine, 0);
}

void prepare(int socket) {
  int const on = 1;
  ::setsockopt(socket, SOL_TCP, TCP_INQ, &on, sizeof on);
  ::setsockopt(socket, SOL_TCP, TCP_NODELAY, &on, sizeof on);
}

void stamp_arrivals(int listener) {
  int const on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

received receive_now(int socket, void* into, std::size_t room) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(timespec))];
  iovec piece{into, room};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  received got;
  do got.count = ::recvmsg(socket, &message, MSG_DONTWAIT);
  while (got.count < 0 && errno == EINTR);
  if (got.count > 0) read_control(message, got);
  return got;
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
