#include "monitor/io/exposition.hpp"

#include <gmock/gmock.h>

#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr time_point now{1h};

exposed some_traffic() {
  monitor m(test::watching_all_banks({}));
  m.observe(test::ended_at(now));
  m.observe(test::ended_at(now, {.result = outcome::institution_down}));
  m.observe(test::ended_at(now, {.result = outcome::institution_down, .injected = true}));
  m.see({{"itau", operation::retrieve, now - 12s, 1, false}});
  exposed all;
  all.monitor = m.metrics(now);
  return all;
}

TEST(Exposition, CountsInjectedAndGenuineFailuresApart) {
  auto const text = exposition(some_traffic());
  auto const series = [](std::string_view result, bool injected) {
    return HasSubstr("vendaval_upstream_requests_total{institution=\"itau\",operation=\"retrieve\",outcome=\"" +
                     std::string(result) + "\",injected=\"" + (injected ? "true" : "false") + "\"} 1\n");
  };
  EXPECT_THAT(text, series("ok", false));
  EXPECT_THAT(text, series("institution_down", false));
  EXPECT_THAT(text, series("institution_down", true));
  EXPECT_THAT(text, Not(HasSubstr("outcome=\"timeout\""))) << "what never happened has no series";
}

TEST(Exposition, ShowsDurationsInSecondsAndWhatIsUnderWay) {
  auto const text = exposition(some_traffic());
  EXPECT_THAT(
      text,
      HasSubstr("vendaval_upstream_request_duration_seconds_count{institution=\"itau\",operation=\"retrieve\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("vendaval_upstream_inflight_requests{institution=\"itau\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("vendaval_upstream_oldest_inflight_seconds{institution=\"itau\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("vendaval_institution_up{institution=\"bb\"} 1\n"));
}

TEST(Exposition, CountsErrorsByTheApisOwnCode) {
  monitor m(test::watching_all_banks({}));
  auto down = test::ended_at(now, {.result = outcome::institution_down});
  down.code = "institution_down";
  m.observe(down);
  m.observe(down);
  down.injected = true;
  m.observe(down);
  exposed all;
  all.monitor = m.metrics(now);
  auto const text = exposition(all);
  EXPECT_THAT(text, HasSubstr("vendaval_api_errors_total{institution=\"itau\",code=\"institution_down\","
                              "injected=\"false\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("vendaval_api_errors_total{institution=\"itau\",code=\"institution_down\","
                              "injected=\"true\"} 1\n"));
}

TEST(Exposition, ShowsWhatBecameOfWebhooksWhereTheyHaveAWayIn) {
  exposed all;
  EXPECT_THAT(exposition(all), Not(HasSubstr("vendaval_webhooks_total")));
  all.path.webhooks = {{"itau", {.passed = 3, .held = 5}}};
  EXPECT_THAT(exposition(all), HasSubstr("vendaval_webhooks_total{institution=\"itau\",fate=\"held\"} 5\n"));
}

TEST(Exposition, ShowsTheShellsOwnTrouble) {
  exposed all;
  all.path.connections = 3;
  all.path.requests = 5;
  all.path.exchanges_lost = 7;
  all.path.faults_active = 47;
  all.path.faults_overflowed = 53;
  all.path.pass_through = 11;
  all.path.refused_hosts = 13;
  all.path.requests_refused = {{"field_line", 37}, {"body_too_large", 41}};
  all.path.upstream_invalid = {{"truncated", 43}};
  all.outbox.accepted = 17;
  all.outbox.retried = 19;
  all.outbox.dead = 23;
  all.deliveries["pagerduty"].accept(2s, time_point(1h));
  all.deliveries["pagerduty"].dead = 3;
  all.channels = {{"ops", true}, {"night", false}};
  all.keeping = {.failed = 29, .refused = 31, .lost = 37, .waiting = 41, .spooled = {43}, .trouble = true};
  all.faults_armed = 2;
  all.stopped = true;
  auto const text = exposition(all);
  for (auto const* line : {"vendaval_connections_total 3",
                           "vendaval_requests_total 5",
                           "vendaval_exchanges_lost_total 7",
                           "vendaval_requests_refused_total{reason=\"field_line\"} 37",
                           "vendaval_requests_refused_total{reason=\"body_too_large\"} 41",
                           "vendaval_upstream_invalid_total{reason=\"truncated\"} 43",
                           "vendaval_pass_through_total 11",
                           "vendaval_refused_hosts_total 13",
                           "vendaval_notifications_accepted_total 17",
                           "vendaval_notifications_retried_total 19",
                           "vendaval_notifications_dead_total 23",
                           "vendaval_notifications_total{integration=\"pagerduty\",outcome=\"accepted\"} 1",
                           "vendaval_notifications_total{integration=\"pagerduty\",outcome=\"dead\"} 3",
                           "vendaval_notification_duration_seconds_sum{integration=\"pagerduty\"} 2",
                           "vendaval_notification_duration_seconds_bucket{integration=\"pagerduty\",le=\"1\"} 0",
                           "vendaval_notification_duration_seconds_bucket{integration=\"pagerduty\",le=\"5\"} 1",
                           "vendaval_channel_proven{channel=\"ops\"} 1",
                           "vendaval_channel_proven{channel=\"night\"} 0",
                           "vendaval_writes_failed_total 29",
                           "vendaval_writes_refused_total 31",
                           "vendaval_writes_lost_to_bounds_total 37",
                           "vendaval_writes_waiting 41",
                           "vendaval_spool_bytes 43",
                           "vendaval_database_trouble 1",
                           "vendaval_faults_armed 2",
                           "vendaval_faults_active 47",
                           "vendaval_faults_overflow_total 53",
                           "vendaval_stopped 1"})
    EXPECT_THAT(text, HasSubstr(std::string("\n") + line + "\n"));
}

TEST(Exposition, DescribesEveryFamilyOnce) {
  auto const text = exposition(some_traffic());
  std::map<std::string, int> described;
  for (std::size_t at = text.find("# TYPE "); at != std::string::npos; at = text.find("# TYPE ", at + 1))
    ++described[text.substr(at, text.find(' ', at + 7) - at)];
  EXPECT_GT(described.size(), 15u);
  for (auto const& [family, times] : described) EXPECT_EQ(times, 1) << family;
}

}  // namespace
}  // namespace vendaval::monitor
