#pragma once
#include <memory>

#include "controller/settings.hpp"
#include "proxy/toxics/io/toxiproxy_thread.hpp"

namespace vendaval::controller {

/// The Toxiproxy that [toxiproxy] asks for, not started; null when it does not. It reaches the hosts that may be
/// broken, under the token of our API, and has no kill switch of its own. Throws std::runtime_error for people.
std::unique_ptr<toxics::toxiproxy_thread> toxiproxy_beside(settings const& s, secret token,
                                                           std::shared_ptr<spdlog::logger> log);

}  // namespace vendaval::controller
