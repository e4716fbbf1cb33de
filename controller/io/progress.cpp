#include "controller/io/progress.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
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
  auto const full = all > 0s ? std::min<std::int64_t>(width, width * (done / 1ms) / std::max<std::int64_t>(1, all / 1ms)) : 0;
  std::string result;
  for (int i = 0; i < width; ++i) result += i < full ? (unicode ? "█" : "#") : (unicode ? "░" : "-");
  return result;
}

/// "success 41.0 %  p95 12.9 s  in flight 9 (oldest 11.8 s)  breaker open"
std::string side(json::object const& s) {
  auto const success = number(s, "success_percent"), p95 = number(s, "p95_ms");
  std::string line = success ? fmt::format("success {:5.1f} %", *success) : "success    –   ";
  line += p95 ? fmt::format("  p95 {:>7}", for_people(duration(static_cast<duration::rep>(*p95 * 1e6)))) : "  p95    –   ";
  line += fmt::format("  in flight {:>2.0f}", number(s, "in_flight").value_or(0));
  if (auto const breaker = text(s, "breaker"); !breaker.empty()) line += "  breaker " + breaker;
  return line;
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
  fmt::print(stderr, "\033[{}A\033[J", drawn_);
  drawn_ = 0;
}

void progress::say(std::string const& line) {
  std::lock_guard const lock(one_at_a_time_);
  erase();
  if (screen_.interactive) fmt::print(stderr, "{}\n", line);
  else fmt::print(stderr, "{} {}\n", iso8601(read_timeline().wall), line);
}

void progress::show(json::object const& run) {
  std::lock_guard const lock(one_at_a_time_);
  erase();
  for (auto const& value : run.at("events").as_array()) {
    auto const& event = value.as_object();
    auto const at = ms(event, "at_ms");
    auto const line = text(event, "text");
    if (screen_.interactive) fmt::print(stderr, "  {}  {}\n", clock_face(at), line);
    else fmt::print(stderr, "{} +{:.1f}s {}\n", text(event, "at"), std::chrono::duration<double>(at).count(), line);
    next_event_ = event.at("seq").to_number<std::uint64_t>() + 1;
  }
  if (screen_.interactive && text(run, "state") == "running") draw(run);
  std::fflush(stderr);
}

void progress::draw(json::object const& run) {
  auto const& live = run.at("live").as_object();
  std::string phases;
  for (auto const& phase : run.at("phases").as_array()) phases += (phases.empty() ? "" : ", ") + std::string(phase.as_string());
  if (phases.empty()) phases = text(run, "stage");
  fmt::print(stderr, "{}\n", bold(fmt::format("{} {} on {} · {} · {} / {}  {}", screen_.unicode ? "▶" : ">", text(run, "scenario"),
                                              text(run, "target_name"), phases, clock_face(ms(run, "elapsed_ms")),
                                              clock_face(ms(run, "length_ms")),
                                              bar(ms(run, "elapsed_ms"), ms(run, "length_ms"), screen_.unicode))));
  fmt::print(stderr, "    target  {}\n", side(live.at("target").as_object()));
  fmt::print(stderr, "    others  {}\n", side(live.at("others").as_object()));
  fmt::print(stderr, "    Ctrl-C takes every fault away and ends the run\n");
  drawn_ = 4;
}

}  // namespace vendaval::controller
