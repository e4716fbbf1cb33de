#include "monitor/io/alertmanager_feed.hpp"

#include <gmock/gmock.h>

#include <semaphore>

#include "sandbox/io/receiver.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;

struct AlertmanagerFeed : test::MonitorIo {
  std::counting_semaphore<> arrived{0};
  sandbox::receiver peer{{"127.0.0.1", 0}, {}, [this](sandbox::received_message const&) { arrived.release(); }};
  channel cluster, other;
  AlertmanagerFeed() {
    peer.start();
    cluster.name = "cluster";
    cluster.kind = &alertmanager();
    cluster.to = {"http://127.0.0.1:" + std::to_string(peer.port())};
    other.name = "hook";
    other.kind = &webhook();
  }
  bool heard() { return arrived.try_acquire_for(10s); }
  /// A monitor that has told the cluster of one incident.
  monitor troubled() {
    monitor_settings s;
    s.rules = {default_rules()[3]};
    s.rules[0].channels = {"cluster"};
    s.time = calendar;
    monitor m(std::move(s));
    incident i;
    i.id = "0191f0a4-7f5e-4a6e-9f0e-000000000042";
    i.number = 42;
    i.institution = "itau";
    i.started_at = i.opened_at = clock.now();
    i.told["cluster"] = severity::critical;
    memory before;
    before.incidents = {i};
    m.restore(std::move(before), clock.now());
    return m;
  }
};

TEST_F(AlertmanagerFeed, RepeatsWhatIsOpenOnceAMinute) {
  auto const m = troubled();
  alertmanager_feed feed({other, cluster}, calls, log);
  feed.tick(m, clock.now());
  ASSERT_TRUE(heard());
  EXPECT_EQ(peer.messages()[0].path, "/api/v2/alerts");
  EXPECT_THAT(peer.messages()[0].body, HasSubstr("\"incident\":\"INC-0042\""));
  feed.tick(m, clock.now() + 59s);
  feed.tick(m, clock.now() + 60s);
  ASSERT_TRUE(heard());
  EXPECT_EQ(peer.messages().size(), 2u);
}

TEST_F(AlertmanagerFeed, TellsNothingOfWhatItWasNotToldOf) {
  auto const m = troubled();
  auto stranger = cluster;
  stranger.name = "another";
  alertmanager_feed feed({stranger}, calls, log);
  feed.tick(m, clock.now());
  alertmanager_feed known({cluster}, calls, log);
  known.tick(m, clock.now());
  ASSERT_TRUE(heard());
  EXPECT_EQ(peer.messages().size(), 1u);
}

}  // namespace
}  // namespace vendaval::monitor
