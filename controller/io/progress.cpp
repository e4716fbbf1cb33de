#include "controller/io/progress.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <string_view>

#include "base/io/clock.hpp"
#include "base/units.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

std::string text(json::object const& o, std::string_view key) {
  auto const* value = o.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

std::optional<double> number(json::object const& o, std::string_view key) {
  auto const* value = o.if_contains(key);
  if (!value || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

duration ms(json::object const& o, std::string_view key) {
  return duration(static_cast<duration::rep>(number(o, key).value_or(0) * 1e6));
}

std::string clock_face(duration d) {
  auto const s = std::max<std::int64_t>(0, d / 1s);
  return fmt::format("{:02}:{:02}", s / 60, s % 60);
}

std::string bar(duration done, duration all, bool unicode) {
  constexpr int width = 24;
  auto const full =
      all > 0s ? std::min<std::int64_t>(width, width * (done / 1ms) / std::max<std::int64_t>(1, all / 1ms)) : 0;
  std::string result;
  for (int i = 0; i < width; ++i) result += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  return result;
}

/// "success 41.0 %  p95 12.9 s  in flight 9 (oldest 11.8 s)  breaker open"
std::string side(json::object const& s) {
  auto const success = number(s, "success_percent"), p95 = number(s, "p95_ms");
  std::string line = success ? fmt::format("success {:5.1f} %", *success) : "success    -   ";
  line +=
      p95 ? fmt::format("  p95 {:>7}", for_people(duration(static_cast<duration::rep>(*p95 * 1e6)))) : "  p95    -   ";
  line += fmt::format("  in flight {:>2.0f}", number(s, "in_flight").value_or(0));
  if (auto const breaker = text(s, "breaker"); !breaker.empty()) line += "  breaker " + breaker;
  return line;
}

/// A line that wrapped could not be erased again: no more than `columns` characters of it.
std::string cut(std::string_view line, std::size_t columns) {
  std::size_t shown = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    bool const begins_character = (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
    if (begins_character && shown++ == columns) return std::string(line.substr(0, i));
  }
  return std::string(line);
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

terminal look_at_terminal(int descriptor) {
  auto const set = [](char const* name) -> std::string_view {
    auto const* value = std::getenv(name);
    return value ? value : "";
  };
  terminal result;
  result.interactive = isatty(descriptor) && set("TERM") != "dumb";
  result.colour = result.interactive && set("NO_COLOR").empty();
  std::string_view locale = set("LC_ALL");
  if (locale.empty()) locale = set("LC_CTYPE");
  if (locale.empty()) locale = set("LANG");
  result.unicode = locale.empty() || locale.find("UTF") != locale.npos || locale.find("utf") != locale.npos;
  return result;
}

std::string progress::bold(std::string const& line) const {
  return screen_.colour ? "\033[1m" + line + "\033[0m" : line;
}

void progress::erase() {
  if (drawn_ == 0) return;
  fmt::print(stderr, "\r\033[{}A\033[J", drawn_);  // \r: a ^C that the terminal echoed has moved the cursor
  drawn_ = 0;
}

void progress::say(std::string const& line) {
  std::lock_guard const lock(one_at_a_time_);
  erase();
  if (screen_.interactive)
    fmt::print(stderr, "{}\n", line);
  else
    fmt::print(stderr, "{} {}\n", iso8601(read_timeline().wall), line);
}

void progress::show(json::object const& run) {
  std::lock_guard const lock(one_at_a_time_);
  erase();
  for (auto const& value : run.at("events").as_array()) {
    auto const& event = value.as_object();
    auto const at = ms(event, "at_ms");
    auto const line = text(event, "text");
    if (screen_.interactive)
      fmt::print(stderr, "  {}  {}\n", clock_face(at), line);
    else
      fmt::print(stderr, "{} +{:.1f}s {}\n", text(event, "at"), std::chrono::duration<double>(at).count(), line);
    next_event_ = event.at("seq").to_number<std::uint64_t>() + 1;
  }
  if (screen_.interactive && text(run, "state") == "running") draw(run);
  std::fflush(stderr);
}

void progress::draw(json::object const& run) {
  auto const& live = run.at("live").as_object();
  auto const elapsed = ms(run, "elapsed_ms"), length = ms(run, "length_ms");
  std::string phases;
  for (auto const& phase : run.at("phases").as_array())
    phases += (phases.empty() ? "" : ", ") + std::string(phase.as_string());
  if (phases.empty()) phases = text(run, "stage");
  auto const columns = columns_of(STDERR_FILENO);
  auto const title =
      fmt::format("{0} {1} on {2} {3} {4} {3} {5} / {6}  {7}", screen_.unicode ? "▶" : ">", text(run, "scenario"),
                  text(run, "target_name"), screen_.unicode ? "·" : "-", phases, clock_face(std::min(elapsed, length)),
                  clock_face(length), bar(elapsed, length, screen_.unicode));
  fmt::print(stderr, "{}\n", bold(cut(title, columns)));
  fmt::print(stderr, "{}\n", cut("    target  " + side(live.at("target").as_object()), columns));
  fmt::print(stderr, "{}\n", cut("    others  " + side(live.at("others").as_object()), columns));
  fmt::print(stderr, "{}\n", cut("    Ctrl-C takes every fault away and ends the run", columns));
  drawn_ = 4;
}

}  // namespace vendaval::controller
