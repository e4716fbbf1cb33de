#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "sql/address.hpp"
#include "tests/sql/support/database.hpp"

namespace vendaval::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string refusal(std::string const& url) {
  auto const opened = sql::store::open(url);
  return opened ? "opened" : opened.error();
}

/// What somebody who is not root is told; root may write everywhere.
std::string refusal_for_others(std::string const& url) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  auto const child = fork();
  if (child == 0) {
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(1);
    auto const text = refusal(url);
    _exit(write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string text(4096, '\0');
  auto const size = read(ends[0], text.data(), text.size());
  close(ends[0]);
  waitpid(child, nullptr, 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

class Open : public Database {};
BOTH_DATABASES(Open);

TEST_P(Open, SaysWhatItIsWithoutThePassword) {
  auto const db = open();
  EXPECT_EQ(db.kind(), GetParam());
  EXPECT_THAT(db.address(), AllOf(HasSubstr(on_sqlite() ? "sqlite:/" : "postgresql://vendaval@127.0.0.1:"),
                                  Not(HasSubstr(postgres_server::password))));
}

// A connection may die while nobody uses it: a restart, a firewall, an operator.
TEST_P(Open, ALostConnectionIsOpenedAgain) {
  if (on_sqlite()) return;  // a file has none
  auto db = open_migrated();
  auto const cut_off = [&] {
    raw()->rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()");
  };
  cut_off();
  must(db.commit({.runs = {a_run(1)}}));
  cut_off();
  EXPECT_EQ(must(db.counts()).runs, 1);
}

TEST_P(Open, LaterItConnectsAndMigratesWithTheFirstCallThatReachesTheDatabase) {
  auto db = must(sql::store::later(url));
  EXPECT_FALSE(db.connected());
  must(db.commit({.incidents = {an_incident(1)}}));
  EXPECT_EQ(must(db.counts()).incidents, 1);
  EXPECT_TRUE(db.connected());
}

TEST(OpenLater, SaysWhyForAsLongAsTheServerIsAwayAndWorksOnceItIsBack) {
  auto const server = postgres_server::of_our_own();
  auto const where = server->new_database();
  server->kill();
  auto db = must(sql::store::later(where));
  for (int i = 0; i != 2; ++i)
    EXPECT_THAT(db.commit({.incidents = {an_incident(1)}}).error(), HasSubstr("cannot connect"));
  server->start_again();
  must(db.commit({.incidents = {an_incident(1)}}));
  EXPECT_EQ(must(db.counts()).incidents, 1);
  EXPECT_FALSE(sql::store::later("mysql://x"));
}

TEST(OpenRefuses, WhatItDoesNotKnow) {
  EXPECT_THAT(refusal("mysql://localhost/x"), AllOf(HasSubstr("\"mysql\""), HasSubstr("sqlite:PATH")));
  EXPECT_THAT(refusal("game.db"), AllOf(HasSubstr("no scheme"), HasSubstr("sqlite:PATH")));
  EXPECT_THAT(refusal("sqlite:"), HasSubstr("no file"));
}

TEST(OpenRefuses, AFolderThatIsNotThere) {
  EXPECT_THAT(refusal("sqlite:/nowhere/at/all/game.db"), HasSubstr("mkdir -p /nowhere/at/all"));
}

TEST(OpenRefuses, AFolderInsteadOfAFile) {
  temporary_folder const folder;
  EXPECT_THAT(refusal("sqlite:" + folder.path()), HasSubstr("this is a folder"));
}

TEST(OpenRefuses, AReadOnlyFile) {
  temporary_folder const folder;
  fs::path const path = folder / "game.db";
  ASSERT_EQ(refusal("sqlite:" + path.string()), "opened");
  fs::permissions(folder.path(), fs::perms(0777));
  fs::permissions(path, fs::perms(0444));
  EXPECT_THAT(refusal_for_others("sqlite:" + path.string()),
              AllOf(HasSubstr(path.string()), HasSubstr("read-only"), HasSubstr("Fix:")));
}

TEST(OpenRefuses, AFolderItMayNotWriteIn) {
  temporary_folder const folder;
  fs::permissions(folder.path(), fs::perms(0555));
  EXPECT_THAT(refusal_for_others("sqlite:" + (folder / "game.db")),
              AllOf(HasSubstr("unable to open"), HasSubstr("Fix:")));
}

TEST(OpenRefuses, AFileThatIsNoDatabaseAndLeavesItAlone) {
  temporary_folder const folder;
  fs::path const path = folder / "notes.txt";
  std::string const text =
      "these are my notes, they are longer than a header of SQLite, which has a hundred bytes, so there";
  std::ofstream(path) << text << text;
  EXPECT_THAT(refusal("sqlite:" + path.string()), AllOf(HasSubstr("not a database"), HasSubstr("Fix:")));
  std::ifstream in(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text + text);
}

TEST(OpenRefuses, AServerThatIsNotThere) {
  EXPECT_THAT(refusal("postgresql://ana:hidden@127.0.0.1:1/vendaval"),
              AllOf(HasSubstr("postgresql://ana@127.0.0.1:1/vendaval"), HasSubstr("Connection refused"),
                    Not(HasSubstr("hidden"))));
}

TEST(OpenRefuses, AWrongPasswordWithoutShowingIt) {
  auto const url = postgres_server::instance().url("postgres", "not-the-one");
  EXPECT_THAT(refusal(url), AllOf(HasSubstr("password authentication failed"), Not(HasSubstr("not-the-one"))));
}

TEST(OpenRefuses, AMalformedAddressWithoutShowingIt) {
  EXPECT_THAT(refusal("postgresql://ana:hid%zz@h/x"), AllOf(HasSubstr("malformed"), Not(HasSubstr("hid"))));
  EXPECT_THAT(refusal("postgresql://ana:hidden@h/x?nonsense=1"),
              AllOf(HasSubstr("malformed"), Not(HasSubstr("hidden"))));
}

TEST(OpenSqlite, MakesAFileForItsOwnerAloneInWriteAheadMode) {
  temporary_folder const folder;
  fs::path const path = folder / "a folder = a name.db";
  auto const opened = sql::store::open("sqlite:" + path.string());
  ASSERT_TRUE(opened) << opened.error();
  struct stat about{};
  ASSERT_EQ(stat(path.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
  EXPECT_EQ(raw_database::open("sqlite:" + path.string())->cell("PRAGMA journal_mode"), "wal");
}

TEST(Address, KeepsThePasswordOutOfWhatIsShown) {
  auto const inside = sql::parse_address("postgresql://ana:p%40ss@db.bank:5433/game").value();
  EXPECT_EQ(inside.shown, "postgresql://ana@db.bank:5433/game");
  EXPECT_EQ(inside.password, "p@ss");
  EXPECT_THAT(inside.connect, AllOf(HasSubstr("password='p@ss'"), HasSubstr("connect_timeout='5'")));
  auto const beside = sql::parse_address("postgresql://db.bank/game?user=ana&password=x'y").value();
  EXPECT_EQ(beside.shown, "postgresql://ana@db.bank/game");
  EXPECT_THAT(beside.connect, HasSubstr(R"(password='x\'y')"));
}

TEST(Address, ReplacesThePasswordWhereverItStands) {
  EXPECT_EQ(sql::without("abc: abc, ab", "abc"), "***: ***, ab");
  EXPECT_EQ(sql::without("text", ""), "text");
}

}  // namespace
}  // namespace vendaval::test
