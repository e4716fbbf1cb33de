#pragma once
#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace vendaval {

/// A logger to standard error: "2026-01-19T17:31:05.120Z info  proxy: …". Every message passes through redact().
/// `level` is one of trace, debug, info, warn, error, off.
std::shared_ptr<spdlog::logger> make_logger(std::string const& room, std::string const& level = "info");

}  // namespace vendaval
