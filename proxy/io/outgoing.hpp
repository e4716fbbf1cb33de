#pragma once
#include <cstdint>

namespace vendaval::io {

/// What became of the bytes written to a TCP socket. A write that has completed only reached our own system's buffer;
/// who reads slowly, or not at all, shows here.
struct outgoing {
  std::uint64_t acknowledged = 0;  // by the other side's system, since the connection began
  bool waiting = false;            // there are more
};
outgoing outgoing_of(int socket);

}  // namespace vendaval::io
