// kill -9 in the middle of writing: what was acknowledged is there, once and whole; what was not is there whole or not
// at all.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

class Crash : public Database {
 protected:
  static sql::batch nth(int n) {
    return {.incidents = {an_incident(n)},
            .outbox = {a_notification("k" + std::to_string(n), id(n))},
            .runs = {a_run(n)},
            .audit = {an_act("arm", n)}};
  }

  /// Commits from `first` on in a process of its own, is killed after `acknowledged` answers; returns how many it gave.
  int write_and_be_killed(int first, int acknowledged) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    auto const child = fork();
    if (child == 0) {
      auto db = sql::store::open(url);
      for (int n = first; db; ++n)
        if (!db->commit(nth(n)) || write(ends[1], "+", 1) != 1) _exit(1);
      _exit(1);
    }
    close(ends[1]);
    int answers = 0;
    char one = 0;
    while (answers < acknowledged && read(ends[0], &one, 1) == 1) ++answers;
    kill(child, SIGKILL);
    while (read(ends[0], &one, 1) == 1) ++answers;
    close(ends[0]);
    waitpid(child, nullptr, 0);
    return answers;
  }
};
BOTH_DATABASES(Crash);

TEST_P(Crash, WhatWasAcknowledgedIsThereAndNothingIsHalfWritten) {
  auto db = open_migrated();
  std::int64_t written = 0;
  for (int round = 1; round <= 8; ++round) {
    auto const answers = write_and_be_killed(static_cast<int>(written), round * 3);
    ASSERT_GE(answers, round * 3);
    must(db.commit(sql::batch()));  // waits until the server has noticed that the other is gone
    auto const there = must(db.counts());
    EXPECT_GE(there.runs, written + answers);
    EXPECT_LE(there.runs, written + answers + 1);  // one may have been committed and not answered
    EXPECT_EQ(there.incidents, there.runs);
    EXPECT_EQ(there.outbox_waiting, there.runs);
    EXPECT_EQ(there.audit, there.runs);
    EXPECT_EQ(must(db.verify_audit()), std::nullopt);
    written = there.runs;
  }
  if (on_sqlite()) EXPECT_EQ(raw()->cell("PRAGMA integrity_check"), "ok");
  EXPECT_EQ(must(db.end_runs_left_running(at(1'000'000), "killed")).size(), static_cast<std::size_t>(written));
}

}  // namespace
}  // namespace vendaval::test
