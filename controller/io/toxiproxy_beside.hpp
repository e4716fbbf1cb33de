#pragma once
#include <memory>

#include "controller/settings.hpp"
#include "proxy/toxics/io/toxiproxy_thread.hpp"
#include "sql/storage_thread.hpp"

namespace vendaval::controller {

struct beside_tools {
  secret token;
  timeline calendar;
  sql::storage_thread& storage;
  std::shared_ptr<spdlog::logger> log;
};

/// The Toxiproxy that [toxiproxy] asks for, not started; null when it does not. It reaches the hosts that may be
/// broken, under the token of our API, and has no kill switch of its own. What is hung is written to our audit log
/// first, as faults are, and our deny windows hold for it. Throws std::runtime_error for people.
std::unique_ptr<toxics::toxiproxy_thread> toxiproxy_beside(settings const& s, beside_tools const& tools);

}  // namespace vendaval::controller
