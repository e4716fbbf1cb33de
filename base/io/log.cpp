#include "base/io/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "base/io/unwaiting_sink.hpp"
#include "base/redact.hpp"
#include "base/time.hpp"

namespace vendaval {
namespace {

constexpr std::array<std::string_view, 7> level_names{"trace", "debug", "info", "warn", "error", "fatal", "off"};

spdlog::level::level_enum level_of(std::string const& name) {
  for (std::size_t i = 0; i < level_names.size(); ++i)
    if (level_names[i] == name) return static_cast<spdlog::level::level_enum>(i);
  throw std::runtime_error(
      fmt::format("log level \"{}\" is not known; accepted: trace, debug, info, warn, error, off", name));
}

/// One line of plain text: what a request carried can neither start a line of its own nor drive a terminal.
std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    auto const next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    bool const c1 = c == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F steer terminals too
    if (c == '\n')
      result += "\\n";
    else if (c == '\r')
      result += "\\r";
    else if (c == '\t')
      result += "\\t";
    else if (c < 0x20 || c == 0x7f)
      result += fmt::format("\\x{:02x}", c);
    else if (c1)
      result += fmt::format("\\x{:02x}", next), ++i;
    else
      result += text[i];
  }
  return result;
}

class line_formatter final : public spdlog::formatter {
 public:
  void format(spdlog::details::log_msg const& message, spdlog::memory_buf_t& out) override {
    auto const time = std::chrono::floor<std::chrono::microseconds>(message.time);
    auto const text = printable(redact({message.payload.data(), message.payload.size()}));
    fmt::format_to(std::back_inserter(out), "{} {:<5} {}: {}\n", iso8601(time),
                   level_names[static_cast<std::size_t>(message.level)],
                   std::string_view(message.logger_name.data(), message.logger_name.size()), text);
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<line_formatter>(); }
};

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(std::string const& room, std::string const& level, spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>(room, std::move(sink));
  logger->set_formatter(std::make_unique<line_formatter>());
  logger->set_level(level_of(level));
  logger->flush_on(spdlog::level::trace);
  return logger;
}

std::shared_ptr<spdlog::logger> make_logger(std::string const& room, std::string const& level) {
  static auto const standard_error = std::make_shared<unwaiting_sink>(STDERR_FILENO);
  return make_logger(room, level, standard_error);
}

}  // namespace vendaval
