#pragma once
#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace vendaval {

/// A logger to standard error: "2026-01-19T17:31:05.120Z info  proxy: …". Every message passes through redact().
/// `level` is one of trace, debug, info, warn, error, off.
/// Line breaks and terminal controls inside a message are written as \n, \x1b, so a message is always one line.
std::shared_ptr<spdlog::logger> make_logger(std::string const& room, std::string const& level = "info");
/// The same lines into another sink, e.g. an ostream_sink in a test.
std::shared_ptr<spdlog::logger> make_logger(std::string const& room, std::string const& level, spdlog::sink_ptr sink);

}  // namespace vendaval
