#include "proxy/io/outgoing.hpp"

#include <linux/tcp.h>  // glibc's tcp_info ends before tcpi_bytes_acked, and the two cannot be included together
#include <netinet/in.h>
#include <sys/socket.h>

namespace vendaval::io {

outgoing outgoing_of(int socket) {
  tcp_info seen{};
  socklen_t size = sizeof seen;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &seen, &size) != 0) return {};
  return {seen.tcpi_bytes_acked, seen.tcpi_unacked > 0 || seen.tcpi_notsent_bytes > 0};
}

}  // namespace vendaval::io
