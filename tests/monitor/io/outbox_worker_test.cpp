#include "monitor/io/outbox_worker.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "sandbox/io/receiver.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct OutboxWorkerWith : test::MonitorIo {
  sandbox::receiver slack{{"127.0.0.1", 0}, {}}, other{{"127.0.0.1", 0}, {}}, third{{"127.0.0.1", 0}, {}};
  std::unique_ptr<outbox_worker> worker;
  std::vector<std::string> accepted;

  OutboxWorkerWith() {
    for (auto* const r : {&slack, &other, &third}) r->start();
  }
  static std::string at(sandbox::receiver const& r) { return "http://127.0.0.1:" + std::to_string(r.port()); }
  static channel hook(std::string name, sandbox::receiver const& there, std::string fallback = {}) {
    channel c;
    c.name = std::move(name);
    c.kind = &webhook();
    c.url = secret(at(there) + "/");
    c.fallback = std::move(fallback);
    return c;
  }
  void begin(std::vector<channel> channels) {
    worker = std::make_unique<outbox_worker>(outbox_tools{io.get_executor(), clock, calendar, *storage, calls, log},
                                             std::move(channels));
    worker->on_accepted([this](std::string const& id, time_point) { accepted.push_back(id); });
    asio::co_spawn(io, worker->run(), asio::detached);
  }
  void write(std::string const& text, std::string const& channel = "slack") {
    notification n;
    n.id = "id of " + text;
    n.fingerprint = text;
    worker->expect({n});
    sql::outbox_row row;
    row.channel = channel;
    row.kind = "opened";
    row.payload = to_json(plain_letter(notification_kind::opened, text, text, text));
    row.dedup_key = text;
    row.created_at = row.next_attempt_at = calendar.at(clock.now());
    sql::batch batch;
    batch.outbox.push_back(std::move(row));
    with_store([&](sql::store& s) { return s.commit(batch); }).value();
    worker->wake();
  }
  std::vector<std::string> received() const {
    std::vector<std::string> texts;
    for (auto const& m : slack.messages()) texts.push_back(m.body);
    return texts;
  }
};

struct OutboxWorker : OutboxWorkerWith {
  OutboxWorker() {
    auto ops = hook("slack", slack, "spare");
    ops.kind = &slack_webhook();
    ops.url = secret(at(slack) + "/services/T/B/very-secret");
    begin({hook("spare", other), ops});
  }
};

TEST_F(OutboxWorker, DeliversInOrderAndSaysWhatWasAccepted) {
  write("one");
  EXPECT_TRUE(happens([&] { return accepted.size() == 1; }));
  write("two");
  EXPECT_TRUE(happens([&] { return clock.sleeping() == 1; })) << "a second between two messages to one channel";
  clock.advance(1s);
  EXPECT_TRUE(happens([&] { return accepted.size() == 2; }));
  EXPECT_THAT(received(), ElementsAre(HasSubstr("one"), HasSubstr("two")));
  EXPECT_THAT(accepted, ElementsAre("id of one", "id of two"));
  EXPECT_EQ(worker->counts().accepted, 2u);
}

TEST_F(OutboxWorker, ComesBackAsLateAsTheReceiverAsks) {
  slack.misbehave(429, 1, 30);
  write("later");
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 1; }));
  clock.advance(29s);
  worker->wake();
  for (int i = 0; i < 3; ++i) storage_settles();
  EXPECT_EQ(slack.messages().size(), 1u) << "only the one that was refused";
  clock.advance(2s);
  worker->wake();
  EXPECT_TRUE(happens([&] { return accepted.size() == 1; }));
}

TEST_F(OutboxWorker, GivesUpWhatWillAlwaysBeRefused) {
  slack.misbehave(404, 1);
  write("wrong address");
  EXPECT_TRUE(happens([&] { return worker->counts().dead == 1; }));
  auto const dead = with_store([](sql::store& s) { return s.dead_letters(10); }).value();
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].last_error, "the receiver answered 404");
  EXPECT_TRUE(accepted.empty());
}

TEST_F(OutboxWorker, TellsAnotherChannelOnceWhatTheFirstWillNotTake) {
  slack.misbehave(404, 1);
  write("nobody hears");
  EXPECT_TRUE(happens([&] { return other.messages().size() == 1; }));
  EXPECT_THAT(other.messages()[0].body, HasSubstr("[NÃO ENTREGUE por Slack"));
  EXPECT_THAT(other.messages()[0].body, HasSubstr("nobody hears"));
}

TEST_F(OutboxWorker, TellsTheOtherChannelAlsoWhenTheFirstOnlyKeepsSayingLater) {
  slack.misbehave(503, 100);
  write("later and later");
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 1; }));
  EXPECT_TRUE(other.messages().empty()) << "it has had no time yet";
  clock.advance(6min);
  worker->wake();
  EXPECT_TRUE(happens([&] { return other.messages().size() == 1; }));
  clock.advance(2min);
  worker->wake();
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 3; }));
  EXPECT_EQ(other.messages().size(), 1u) << "once";
}

TEST_F(OutboxWorker, AChannelThatIsToWaitHoldsUpNoOther) {
  slack.misbehave(429, 1, 60);
  write("slow");
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 1; }));
  write("quick", "spare");
  EXPECT_TRUE(happens([&] { return other.messages().size() == 1; }));
}

TEST_F(OutboxWorker, TellsTheOtherChannelAtOnceWhenItIsToWaitForLonger) {
  slack.misbehave(503, 1, 3600);
  write("first");
  EXPECT_TRUE(happens([&] { return other.messages().size() == 1; }));
  write("second");  // it would have to wait as long
  clock.advance(1s);
  EXPECT_TRUE(happens([&] { return other.messages().size() == 2; }));
  EXPECT_THAT(other.messages()[1].body, HasSubstr("the receiver answered 503"));
  EXPECT_EQ(slack.messages().size(), 1u);
  clock.advance(1h);
  worker->wake();
  EXPECT_TRUE(happens([&] { return !accepted.empty(); }));
  clock.advance(2s);
  EXPECT_TRUE(happens([&] { return slack.messages().size() == 3; })) << "both come all the same";
  EXPECT_EQ(other.messages().size(), 2u);
}

TEST_F(OutboxWorker, ALetterOfAnotherVersionIsADeadLetter) {
  sql::outbox_row row;
  row.channel = "slack";
  row.kind = "opened";
  row.payload = "{\"text\":\"of old\"}";
  row.dedup_key = "old";
  row.created_at = row.next_attempt_at = calendar.at(clock.now());
  sql::batch batch;
  batch.outbox.push_back(std::move(row));
  with_store([&](sql::store& s) { return s.commit(batch); }).value();
  worker->wake();
  EXPECT_TRUE(happens([&] { return worker->counts().dead == 1; }));
}

TEST_F(OutboxWorker, AChannelThatIsNotConfiguredIsADeadLetter) {
  write("nobody", "carrier-pigeon");
  EXPECT_TRUE(happens([&] { return worker->counts().dead == 1; }));
  EXPECT_THAT(said.str(), HasSubstr("no [[channel]] of this name is configured"));
}

TEST_F(OutboxWorkerWith, TheFallbackOfAFallbackIsTold) {
  begin({hook("third", third), hook("second", other, "third"), hook("first", slack, "second")});
  slack.misbehave(404, 1);
  other.misbehave(410, 1);
  write("nobody hears", "first");
  EXPECT_TRUE(happens([&] { return third.messages().size() == 1; }));
  EXPECT_THAT(third.messages()[0].body, testing::AllOf(HasSubstr("\\\"second\\\""), HasSubstr("\\\"first\\\"")));
}

TEST_F(OutboxWorkerWith, OnePeerThatIsToWaitStopsNoOther) {
  channel c;
  c.name = "cluster";
  c.kind = &alertmanager();
  c.to = {at(slack), at(other)};
  begin({c});
  slack.misbehave(503, 1, 120);
  write("to the first", "cluster:" + at(slack));
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 1; }));
  write("to the second", "cluster:" + at(other));
  EXPECT_TRUE(happens([&] { return other.messages().size() == 1; }));
}

TEST_F(OutboxWorkerWith, WhatWaitsIsDeliveredAlthoughReceiversWereAddedOrTakenAway) {
  channel two, one;
  two.name = "cluster";
  two.kind = one.kind = &alertmanager();
  two.to = {at(slack), at(other)};
  one.name = "single";
  one.to = {at(third)};
  begin({two, one});
  write("of the only one", "cluster");
  EXPECT_TRUE(happens([&] { return slack.messages().size() == 1; })) << "the first is who it was";
  write("of one of two", "single:http://gone.example");
  EXPECT_TRUE(happens([&] { return third.messages().size() == 1; }));
  EXPECT_EQ(worker->counts().dead, 0u);
  EXPECT_EQ(worker->by_lane().at("cluster:" + at(slack)).accepted, 1u);
}

TEST_F(OutboxWorker, TriesAgainWhenNobodyAnswers) {
  slack.stop();
  write("down");
  EXPECT_TRUE(happens([&] { return worker->counts().retried == 1; }));
  EXPECT_EQ(worker->counts().dead, 0u);
  EXPECT_THAT(said.str(), testing::Not(HasSubstr("very-secret"))) << "a webhook's path is a password";
}

}  // namespace
}  // namespace vendaval::monitor
