#pragma once
/// A configuration as each room of the house wants it.
#include <spdlog/logger.h>

#include <memory>
#include <optional>

#include "base/time.hpp"
#include "controller/settings.hpp"
#include "monitor/monitor.hpp"
#include "proxy/dialects/table.hpp"
#include "proxy/io/gateway.hpp"
#include "proxy/io/webhook_relay.hpp"

namespace vendaval::controller {

monitor::monitor_settings watch_settings(settings const& s, timeline const& calendar);
dialects::dialect_settings dialect_of(settings const& s);
/// Nothing when no certificate is configured.
std::optional<tls_identity> identity_of(certificate_files const& files);
gateway_settings path_of(settings const& s, std::shared_ptr<spdlog::logger> log);
/// Null without [webhooks].
std::unique_ptr<webhook_relay> relay_of(settings const& s, link& path, std::shared_ptr<spdlog::logger> log);

}  // namespace vendaval::controller
