// kill -9 at random points while incidents, notifications and history are written and sent, with the database well or
// in trouble. Whatever was answered for is there, whole and once; whoever was told can look it up; everybody is told at
// last, and by one process once. A few rounds here; VENDAVAL_CRASH_ROUNDS=200 (./dev crash) for many.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <spdlog/sinks/null_sink.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <set>

#include "base/dice.hpp"
#include "base/io/clock.hpp"
#include "monitor/history/figures.hpp"
#include "monitor/history/rollup.hpp"
#include "monitor/io/keeper.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::monitor {
namespace {

using test::a_notification;
using test::an_incident;
using test::at;
using test::id;
using test::must;

int rounds() {
  auto const* const given = std::getenv("VENDAVAL_CRASH_ROUNDS");
  return given ? std::atoi(given) : 6;
}

struct message {
  std::uint64_t kind = 0;  // 'a': safe; 's': sent
  std::uint64_t n = 0;
};

std::uint64_t number_of(std::string const& key) { return std::stoull(key.substr(1)); }

std::shared_ptr<spdlog::logger> quiet() {
  return std::make_shared<spdlog::logger>("victim", std::make_shared<spdlog::sinks::null_sink_mt>());
}

std::unique_ptr<spool> disk(std::string const& folder) {
  return std::make_unique<spool>(spool::settings{.folder = folder, .segment = {4096}});
}

/// The process that is killed: writes one incident after the other, and sends what stands in the outbox.
class victim {
 public:
  victim(std::string const& url, std::string const& folder, std::uint64_t first, int told)
      : first_(first),
        next_(first),
        told_(told),
        now_(at(static_cast<std::int64_t>(first) * 100'000)),
        storage_(must(sql::store::open(url))),
        kept_({io_.get_executor(), time_, storage_, quiet()}, disk(folder)) {
    kept_.on_written([this] { dirty_ = true; });
  }
  [[noreturn]] void run(std::uint64_t until) {
    until_ = until;
    step();
    io_.run();
    storage_.stop();
    ::_exit(0);
  }

 private:
  void say(char kind, std::uint64_t n) {
    message const m{static_cast<std::uint64_t>(kind), n};
    if (::write(told_, &m, sizeof m) != sizeof m) ::_exit(1);
  }
  void step() {
    kept_.tick();
    bool const room = kept_.counts().waiting < 30 || next_ - first_ < 40;  // also beside what others left
    if (next_ < until_ && room) write_one();
    if (!busy_) send_some();
    if (dirty_ && !kept_.behind()) roll_up();
    if (next_ >= until_ && !kept_.behind() && idle_ > 3) return;
    timer_.expires_after(1ms);
    timer_.async_wait([this](auto) { step(); });
  }
  void write_one() {
    auto const n = next_++;
    auto const i = static_cast<int>(n);
    sql::batch rows{.incidents = {an_incident(i)}, .outbox = {a_notification("k" + std::to_string(n), id(i))}};
    kept_.keep(rows, worth::must, [this, n] { say('a', n); });
    sql::history_row minute;
    minute.institution_id = "itau";
    minute.operation = "retrieve";
    minute.writer = "w" + std::to_string(first_);
    minute.began_at = minute_of(at()) + std::chrono::minutes(n);
    figures f;
    f.counts.good = 1;
    monitor::write(f, minute);
    kept_.keep({.history = {minute}}, worth::figures);
  }
  void send_some() {
    if (kept_.behind()) {
      for (auto const& row : kept_.notifications().claim(now_, 90s, 4)) {
        say('s', number_of(row.dedup_key));
        kept_.accepted(row.id, now_);
      }
      return;
    }
    busy_ = true;
    (void)storage_.run([this](sql::store& store) {
      auto rows = store.claim(now_, 90s, 4);
      boost::asio::post(io_, [this, rows = std::move(rows)] { send(rows); });
    });
  }
  void send(sql::result<std::vector<sql::outbox_row>> const& rows) {
    busy_ = false;
    idle_ = rows && rows->empty() ? idle_ + 1 : 0;
    if (!rows) return;
    auto& here = kept_.notifications();
    for (auto const& row : *rows) {
      if (here.fate_of(row.dedup_key) || here.take(row, now_)) continue;  // told out of the spool while we asked
      say('s', number_of(row.dedup_key));
      here.settled({row.dedup_key, now_, ""});
      (void)storage_.run([id = row.id, now = now_](sql::store& store) { (void)store.accepted(id, now); });
    }
  }
  void roll_up() {
    dirty_ = false;
    (void)storage_.run([](sql::store& store) { (void)store.roll_up(16, rolling_up()); });
  }

  std::uint64_t first_, next_, until_ = 0;
  int told_;
  wall_time now_;  // later than every lease of those before us
  boost::asio::io_context io_{1};
  real_clock time_;
  boost::asio::steady_timer timer_{io_};
  sql::storage_thread storage_;
  bool busy_ = false, dirty_ = true;
  int idle_ = 0;
  keeper kept_;
};

struct Crash : test::Database {
  test::temporary_folder disk;
  std::set<std::uint64_t> safe, sent;

  /// Runs a victim and kills it after so many messages; 0: until it ends by itself.
  void live(std::uint64_t first, std::uint64_t until, std::uint64_t messages) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    auto const child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      try {
        victim(url, disk / "spool", first, ends[1]).run(until);
      } catch (std::exception const& error) {
        std::fprintf(stderr, "victim: %s\n", error.what());
        ::_exit(2);
      }
    }
    ::close(ends[1]);
    message m;
    std::set<std::uint64_t> told;  // by this process
    for (std::uint64_t seen = 0; ::read(ends[0], &m, sizeof m) == sizeof m;) {
      (m.kind == 'a' ? safe : sent).insert(m.n);
      if (m.kind == 's') EXPECT_TRUE(told.insert(m.n).second) << "told twice: " << m.n;
      if (++seen == messages) ::kill(child, SIGKILL);
    }
    ::close(ends[0]);
    int how = 0;
    ::waitpid(child, &how, 0);
    if (messages == 0) EXPECT_TRUE(WIFEXITED(how) && WEXITSTATUS(how) == 0);
  }
  /// The database refuses incidents and history, as if it were away; or takes them again.
  void away(bool gone) {
    auto const there = raw();
    for (auto const& [name, other] : {std::pair("banking_incidents", "a1"), std::pair("traffic_history", "a2")})
      ASSERT_FALSE(there->run(fmt::format("ALTER TABLE {} RENAME TO {}", gone ? name : other, gone ? other : name)));
  }
  std::set<std::uint64_t> numbers(std::string const& text) {
    std::set<std::uint64_t> all;
    for (auto const& row : raw()->rows(text)) EXPECT_TRUE(all.insert(number_of("k" + row[0])).second) << "twice";
    return all;
  }
};
BOTH_DATABASES(Crash);

TEST_P(Crash, WhatWasAnsweredForIsThereOnceWholeAndToldToSomebody) {
  must(open().migrate());
  dice d(17);
  auto const count = rounds();
  for (int round = 1; round <= count; ++round) {
    bool const in_trouble = round % 3 == 0;
    if (in_trouble) away(true);
    live(static_cast<std::uint64_t>(round) * 1000, ~0ull, 1 + d.below(in_trouble ? 20 : round % 5 == 0 ? 300 : 60));
    if (in_trouble) away(false);
    if (HasFatalFailure()) return;
  }
  auto const last = static_cast<std::uint64_t>(count + 1) * 1000;
  live(last, last, 0);

  auto const incidents = numbers("SELECT CAST(substr(CAST(id AS TEXT), 25) AS BIGINT) FROM banking_incidents");
  auto const letters = numbers("SELECT substr(dedup_key, 2) FROM outbox");
  EXPECT_EQ(incidents, letters) << "an incident and its notification are one";
  EXPECT_TRUE(std::ranges::includes(incidents, safe)) << "what was answered for";
  EXPECT_TRUE(std::ranges::includes(letters, sent)) << "whoever was told can look it up";
  EXPECT_TRUE(std::ranges::includes(sent, letters)) << "everybody is told at last";
  EXPECT_EQ(raw()->cell("SELECT count(*) FROM outbox WHERE accepted_at IS NULL"), "0");
  EXPECT_GE(safe.size(), static_cast<std::size_t>(count));
  auto const sum = [&](std::string const& grain) {
    return raw()->cell("SELECT coalesce(sum(good), 0) FROM traffic_history WHERE grain = '" + grain + "'");
  };
  auto db = open();
  while (must(db.roll_up(500, rolling_up())) != 0) {
  }
  EXPECT_EQ(sum("hour"), sum("minute"));
  EXPECT_EQ(sum("day"), sum("minute"));
  if (on_sqlite()) EXPECT_EQ(raw()->cell("PRAGMA integrity_check"), "ok");
  fmt::print("{} kills: {} incidents answered for, {} written, {} told\n", count, safe.size(), incidents.size(),
             sent.size());
}

}  // namespace
}  // namespace vendaval::monitor
