#pragma once
#include <sys/types.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cstddef>

#include "base/time.hpp"

namespace vendaval::io {

/// What the steady clock said at the last beat of the system's own, some milliseconds ago, for a fraction of the price:
/// good enough for deadlines that are looked at a few times a second.
time_point coarse_now();

// What a connection asks of the system. None of these waits; each gives what the system gives: a count, 0 for the end
// of the stream, or -1 and errno.

/// No waiting for fuller segments, and every read tells what it left.
void prepare(int socket);
/// `drained`: it left nothing, not even the end of the stream. So nobody has to read once more only to learn that there
/// is nothing more. Stays false where the system does not say.
ssize_t receive_now(int socket, void* into, std::size_t room, bool& drained);
ssize_t send_now(int socket, std::array<boost::asio::const_buffer, 2> const& what);

}  // namespace vendaval::io
