#pragma once
#include <boost/asio/signal_set.hpp>
#include <cstdint>
#include <functional>

namespace vendaval::controller {

/// As many descriptors as the system lets this process have; returns how many that is.
std::uint64_t raise_descriptor_limit();

/// Calls `then` each time one of the signals comes, for as long as the set lives.
void whenever(boost::asio::signal_set& signals, std::function<void()> then);

}  // namespace vendaval::controller
