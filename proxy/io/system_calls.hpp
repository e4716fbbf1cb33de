#pragma once
#include <sys/types.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <optional>

#include "base/time.hpp"

namespace vendaval::io {

/// What the steady clock said at the last beat of the system's own, some milliseconds ago, for a fraction of the price:
/// good enough for deadlines that are looked at a few times a second.
time_point coarse_now();

/// Asks for short turns soon rather than long ones late for the calling thread: it takes no more of the processor, but
/// those who have much to do wait for it, not it for them. Where the system (before Linux 6.12) knows no such wish,
/// nothing changes.
void prefer_short_turns();

// What a connection asks of the system. None of these waits; each gives what the system gives: a count, 0 for the end
// of the stream, or -1 and errno.

/// No waiting for fuller segments, and every read tells what it left.
void prepare(int socket);
/// Connections that this listener accepts tell with every read when its bytes came in. The system begins to stamp a
/// moment after it is first asked by anybody: what comes before that tells nothing, and its delay counts from the read.
void stamp_arrivals(int listener);

/// The system's stamps are of the wall clock: one that is set just then must not move a delay by more than this.
inline constexpr duration longest_queue = std::chrono::milliseconds(250);

struct received {
  ssize_t count = 0;
  /// It left nothing, not even the end of the stream. So nobody has to read once more only to learn that there is
  /// nothing more. Stays false where the system does not say.
  bool drained = false;
  /// When the last of these bytes came in, at most `longest_queue` ago; nothing where the system does not say.
  std::optional<time_point> came{};
};
received receive_now(int socket, void* into, std::size_t room);
ssize_t send_now(int socket, std::array<boost::asio::const_buffer, 2> const& what);

}  // namespace vendaval::io
