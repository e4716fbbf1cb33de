#include "monitor/io/exposition.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

namespace vendaval::monitor {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

/// Families in the order in which they are described; each is declared once.
class page {
 public:
  MetricFamily& family(std::string name, std::string help, MetricType type) {
    auto& made = families_.emplace_back();
    made.name = std::move(name);
    made.help = std::move(help);
    made.type = type;
    return made;
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    add_counter(family(std::move(name), std::move(help), MetricType::Counter), {}, value);
  }
  void gauge(std::string name, std::string help, double value) {
    add_gauge(family(std::move(name), std::move(help), MetricType::Gauge), {}, value);
  }
  static void add_counter(MetricFamily& f, labels l, std::uint64_t value) {
    ClientMetric metric;
    metric.label = std::move(l);
    metric.counter.value = static_cast<double>(value);
    f.metric.push_back(std::move(metric));
  }
  static void add_gauge(MetricFamily& f, labels l, double value) {
    ClientMetric metric;
    metric.label = std::move(l);
    metric.gauge.value = value;
    f.metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<MetricFamily> families_;
};

labels series_labels(series_lifetime const& s) {
  return {{"institution", s.institution}, {"operation", std::string(name_of(s.what))}};
}

void requests(page& out, metrics_snapshot const& m) {
  auto& family = out.family("vendaval_upstream_requests_total",
                            "Requests that ended, by outcome; injected=\"true\" are a fault's doing, not the bank's.",
                            MetricType::Counter);
  for (auto const& s : m.series)
    for (std::size_t o = 0; o < outcome_count; ++o)
      for (auto const& [injected, counts] :
           {std::pair("false", &s.life.genuine), std::pair("true", &s.life.injected)}) {
        if ((*counts)[o] == 0) continue;
        auto l = series_labels(s);
        l.push_back({"outcome", std::string(outcome_names[o])});
        l.push_back({"injected", injected});
        page::add_counter(family, std::move(l), (*counts)[o]);
      }
}

void api_errors_by_code(page& out, metrics_snapshot const& m) {
  auto& family = out.family("vendaval_api_errors_total",
                            "Error answers by the API's own code; \"other\" are those that the dialect does not know.",
                            MetricType::Counter);
  for (auto const& [institution, codes] : m.api_errors)
    for (auto const& [code, counts] : codes)
      for (auto const& [injected, count] : {std::pair("false", counts.genuine), std::pair("true", counts.injected)}) {
        if (count == 0) continue;
        page::add_counter(family, {{"institution", institution}, {"code", code}, {"injected", injected}}, count);
      }
}

void durations(page& out, metrics_snapshot const& m) {
  auto& family = out.family("vendaval_upstream_request_duration_seconds",
                            "From the first byte of a request to the last of its answer.", MetricType::Histogram);
  for (auto const& s : m.series) {
    ClientMetric metric;
    metric.label = series_labels(s);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < s.life.buckets.size(); ++i) {
      sum += s.life.buckets[i];
      ClientMetric::Bucket bucket;
      bucket.upper_bound = i < latency_bounds.size() ? latency_bounds[i] : std::numeric_limits<double>::infinity();
      bucket.cumulative_count = sum;
      metric.histogram.bucket.push_back(bucket);
    }
    metric.histogram.sample_count = s.life.count;
    metric.histogram.sample_sum = s.life.seconds;
    family.metric.push_back(std::move(metric));
  }
}

void institutions_now(page& out, metrics_snapshot const& m) {
  auto& flying = out.family("vendaval_upstream_inflight_requests", "Requests under way.", MetricType::Gauge);
  for (auto const& i : m.institutions)
    page::add_gauge(flying, {{"institution", i.institution}}, static_cast<double>(i.flying.count));
  auto& oldest = out.family("vendaval_upstream_oldest_inflight_seconds", "Age of the oldest request under way.",
                            MetricType::Gauge);
  for (auto const& i : m.institutions)
    page::add_gauge(oldest, {{"institution", i.institution}}, std::chrono::duration<double>(i.flying.oldest).count());
  auto& up = out.family("vendaval_institution_up", "0 while an outage rule fires for the bank.", MetricType::Gauge);
  for (auto const& i : m.institutions) page::add_gauge(up, {{"institution", i.institution}}, i.up ? 1 : 0);
}

void alerts_now(page& out, metrics_snapshot const& m) {
  auto& family = out.family("vendaval_alert_state", "1 for the state in which a rule is.", MetricType::Gauge);
  for (auto const& a : m.alerts)
    page::add_gauge(family,
                    {{"rule", a.rule}, {"institution", a.institution}, {"state", std::string(name_of(a.state))}}, 1);
  auto& breakers = out.family("vendaval_breaker_state", "1 while the app's circuit breaker seems open, during drills.",
                              MetricType::Gauge);
  for (auto const& [institution, finding] : m.breakers)
    page::add_gauge(breakers, {{"institution", institution}, {"evidence", std::string(name_of(finding.verdict))}},
                    finding.opened_at && !finding.closed_at ? 1 : 0);
}

void deliveries(page& out, exposed const& all) {
  auto& total = out.family("vendaval_notifications_total", "Attempts to tell somebody, by what became of them.",
                           MetricType::Counter);
  for (auto const& [kind, tally] : all.deliveries)
    for (auto const& [outcome, count] :
         {std::pair("accepted", tally.accepted), std::pair("retried", tally.retried), std::pair("dead", tally.dead)})
      page::add_counter(total, {{"integration", kind}, {"outcome", outcome}}, count);
  auto& took =
      out.family("vendaval_notification_duration_seconds",
                 "From when a notification was written to when its receiver accepted it.", MetricType::Histogram);
  for (auto const& [kind, tally] : all.deliveries) {
    ClientMetric metric;
    metric.label = {{"integration", kind}};
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < tally.buckets.size(); ++i) {
      sum += tally.buckets[i];
      ClientMetric::Bucket bucket;
      bucket.upper_bound = i < delivery_bounds.size() ? delivery_bounds[i] : std::numeric_limits<double>::infinity();
      bucket.cumulative_count = sum;
      metric.histogram.bucket.push_back(bucket);
    }
    metric.histogram.sample_count = tally.accepted;
    metric.histogram.sample_sum = tally.seconds;
    took.metric.push_back(std::move(metric));
  }
  auto& works =
      out.family("vendaval_channel_proven", "0 when a receiver has taken nothing for seven days.", MetricType::Gauge);
  for (auto const& [name, proven] : all.channels) page::add_gauge(works, {{"channel", name}}, proven ? 1 : 0);
}

void writes(page& out, metrics_snapshot const& m) {
  auto& lost =
      out.family("vendaval_writes_lost_total",
                 "Writes the bank accepted and whose answer the client never had in whole.", MetricType::Counter);
  for (auto const& [bank, counts] : m.writes) page::add_counter(lost, {{"institution", bank}}, counts.lost);
  auto& repeated = out.family("vendaval_writes_repeated_total",
                              "Such writes that were sent again without an Idempotency-Key: perhaps done twice.",
                              MetricType::Counter);
  for (auto const& [bank, counts] : m.writes) page::add_counter(repeated, {{"institution", bank}}, counts.repeated);
}

void by_reason(page& out, std::string const& name, std::string const& help,
               std::vector<std::pair<std::string_view, std::uint64_t>> const& counts) {
  auto& family = out.family(name, help, MetricType::Counter);
  for (auto const& [reason, count] : counts) page::add_counter(family, {{"reason", std::string(reason)}}, count);
}

void webhooks(page& out, webhooks_by_bank const& all) {
  auto& family =
      out.family("vendaval_webhooks_total",
                 "Webhooks by what became of them: passed, held and released, dropped by a fault, refused by the app.",
                 MetricType::Counter);
  for (auto const& [bank, counts] : all)
    webhook_counts::fields(counts, [&](std::string_view fate, std::uint64_t count) {
      page::add_counter(family, {{"institution", bank}, {"fate", std::string(fate)}}, count);
    });
}

}  // namespace

std::string exposition(exposed const& all) {
  page out;
  requests(out, all.monitor);
  api_errors_by_code(out, all.monitor);
  durations(out, all.monitor);
  institutions_now(out, all.monitor);
  writes(out, all.monitor);
  alerts_now(out, all.monitor);
  if (all.path.webhooks) webhooks(out, *all.path.webhooks);
  out.gauge("vendaval_faults_armed", "Faults armed now.", static_cast<double>(all.faults_armed));
  out.gauge("vendaval_stopped", "1 while the kill switch is latched.", all.stopped ? 1 : 0);
  auto& runs = out.family("vendaval_chaos_run_active", "1 while this game day is under way.", MetricType::Gauge);
  for (auto const& run : all.monitor.runs) page::add_gauge(runs, {{"run", run}}, 1);
  auto& injected = out.family("vendaval_faults_injected_total", "Requests that a fault of this kind has touched.",
                              MetricType::Counter);
  for (auto const& [who, count] : all.injected)
    page::add_counter(injected, {{"institution", who.first}, {"fault", std::string(who.second)}}, count);
  out.counter("vendaval_connections_total", "Client connections accepted.", all.path.connections);
  out.gauge("vendaval_connections_open", "Client connections there are now.", static_cast<double>(all.path.open));
  out.counter("vendaval_connections_turned_away_total", "Connections closed at once: a limit was reached.",
              all.path.turned_away);
  out.counter("vendaval_requests_total", "Requests taken from clients.", all.path.requests);
  out.counter("vendaval_exchanges_lost_total", "Reports the monitor was too slow to take.", all.path.exchanges_lost);
  out.gauge("vendaval_faults_active", "Requests that a fault is at work on now.",
            static_cast<double>(all.path.faults_active));
  out.counter("vendaval_faults_overflow_total",
              "Requests a fault left alone because as many as max_active_faults were under one.",
              all.path.faults_overflowed);
  out.counter("vendaval_pass_through_total", "Requests let through because a fault was in doubt.",
              all.path.pass_through);
  out.counter("vendaval_refused_hosts_total", "Requests for a host off the allow-list.", all.path.refused_hosts);
  by_reason(out, "vendaval_requests_refused_total",
            "Requests the proxy refused itself: they broke the rules of HTTP, or one of its limits.",
            all.path.requests_refused);
  by_reason(out, "vendaval_upstream_invalid_total", "Answers that broke the rules of HTTP.", all.path.upstream_invalid);
  deliveries(out, all);
  out.counter("vendaval_notifications_accepted_total", "Notifications that a receiver accepted.", all.outbox.accepted);
  out.counter("vendaval_notifications_retried_total", "Attempts that will be tried again.", all.outbox.retried);
  out.counter("vendaval_notifications_dead_total", "Notifications given up.", all.outbox.dead);
  out.counter("vendaval_signals_suppressed_total", "Signals that told nobody anything new.",
              all.monitor.signals_suppressed);
  out.counter("vendaval_writes_failed_total", "Writes that failed and are tried again.", all.keeping.failed);
  out.counter("vendaval_writes_refused_total", "Writes given up: the database would never accept them.",
              all.keeping.refused);
  out.counter("vendaval_writes_lost_to_bounds_total",
              "Batches that could neither be written nor spooled nor held: the spool was full.", all.keeping.lost);
  out.gauge("vendaval_writes_waiting", "Batches that the database does not have yet.",
            static_cast<double>(all.keeping.waiting));
  out.gauge("vendaval_spool_bytes", "What waits for the database on disk.",
            static_cast<double>(all.keeping.spooled.count));
  out.gauge("vendaval_database_trouble", "1 while the last write failed.", all.keeping.trouble ? 1 : 0);
  return out.text();
}

}  // namespace vendaval::monitor
