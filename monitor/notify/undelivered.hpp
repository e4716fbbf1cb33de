#pragma once
#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {

/// The same letter for another channel, which says first that `meant_for` did not take it, and why.
letter undelivered(letter says, channel const& meant_for, std::string_view why);
/// What a channel is tried with.
letter proof_of(channel const& c, wall_time now);

}  // namespace vendaval::monitor
