#include "monitor/io/alertmanager_feed.hpp"

#include <algorithm>

namespace vendaval::monitor {
namespace {

constexpr duration every = 1min, after_the_end = 15min;

bool worth_repeating(incident const& i, channel const& c, time_point now) {
  if (!i.told.contains(c.name)) return false;
  return is_open(i) || (i.resolved_at && now - *i.resolved_at < after_the_end);
}

}  // namespace

alertmanager_feed::alertmanager_feed(std::vector<channel> const& channels, outbound& calls,
                                     std::shared_ptr<spdlog::logger> log)
    : calls_(calls), log_(std::move(log)) {
  std::ranges::copy_if(channels, std::back_inserter(clusters_),
                       [](channel const& c) { return c.kind == &alertmanager(); });
}

void alertmanager_feed::tick(monitor const& m, time_point now) {
  if (clusters_.empty() || (last_ && now - *last_ < every)) return;
  last_ = now;
  for (auto const& i : m.incidents())
    for (auto const& c : clusters_)
      if (worth_repeating(i, c, now))
        for (auto const& peer : c.to) send(c, peer, i, m, now);
}

void alertmanager_feed::send(channel const& c, std::string const& peer, incident const& i, monitor const& m,
                             time_point now) {
  incident_change change;
  change.now = i;
  change.what = is_open(i) ? incident_change::kind::reminded : incident_change::kind::resolved;
  change.at = is_open(i) ? now : i.resolved_at.value_or(now);
  auto const& s = m.settings();
  for (auto& one : c.kind->send({compose(change, {s.time, m.shown_name(i), s.link}), peer, {}, {}}, c)) {
    outbound_request request;
    request.method = one.method;
    request.url = std::move(one.url);
    request.headers = std::move(one.headers);
    request.body = std::move(one.body);
    request.ca_file = c.ca_file;
    request.timeout = 10s;
    calls_.send(std::move(request), [log = log_, peer](outbound_result came) {
      auto const r = judge_http({std::move(came.error), came.status, {}, {}});
      if (r.is != reply::fate::accepted) log->warn("{} did not take what it is told every minute: {}", peer, r.why);
    });
  }
}

}  // namespace vendaval::monitor
