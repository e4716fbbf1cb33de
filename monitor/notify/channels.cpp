#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/http_date.hpp"
#include "monitor/notify/channel.hpp"

namespace vendaval::monitor {
namespace {

/// Seconds or a date. An hour at most: nobody may silence us for longer.
std::optional<duration> retry_after(answer const& a) {
  auto const header = find_header(a.headers, "Retry-After");
  if (!header) return std::nullopt;
  auto const bounded = [](std::chrono::seconds wait) { return std::clamp<std::chrono::seconds>(wait, 1s, 1h); };
  std::uint32_t seconds = 0;
  auto const [end, error] = std::from_chars(header->data(), header->data() + header->size(), seconds);
  if (error == std::errc::result_out_of_range) return 1h;
  if (error == std::errc()) return bounded(std::chrono::seconds(seconds));
  auto const date = read_http_date(*header);
  if (!date) return std::nullopt;
  return bounded(std::chrono::ceil<std::chrono::seconds>(*date - a.came));
}

}  // namespace

std::span<channel_kind const* const> channel_kinds() {
  static std::array<channel_kind const*, 7> const all{&slack_webhook(), &slack_bot(), &pagerduty(),   &email(),
                                                      &email_http(),    &webhook(),   &alertmanager()};
  return all;
}

channel_kind const* find_channel_kind(std::string_view name) {
  auto const at = std::ranges::find(channel_kinds(), name, [](channel_kind const* k) { return k->name(); });
  return at == channel_kinds().end() ? nullptr : *at;
}

std::vector<std::string> lanes_of(channel const& c) {
  if (c.to.size() < 2) return {c.name};
  std::vector<std::string> lanes;
  for (auto const& receiver : c.to) lanes.push_back(c.name + ":" + receiver);
  return lanes;
}

reply judge_http(answer const& a) {
  if (!a.error.empty()) return {.is = reply::fate::later, .why = a.error};
  if (a.status >= 200 && a.status < 300) return {};
  auto why = fmt::format("the receiver answered {}", a.status);
  bool const temporary = a.status == 408 || a.status == 429 || a.status >= 500;
  return {.is = temporary ? reply::fate::later : reply::fate::never, .why = std::move(why), .wait = retry_after(a)};
}

reply channel_kind::judge(answer const& a) const { return judge_http(a); }

}  // namespace vendaval::monitor
