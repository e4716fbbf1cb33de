#include "monitor/io/spool.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/dice.hpp"
#include "base/io/file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

struct Spool : testing::Test {
  test::temporary_folder folder;
  spool::settings how{.folder = folder / "spool", .limit = {10'000}, .segment = {1'000}};

  std::vector<std::string> left(spool& s) {
    std::vector<std::string> all;
    for (auto const& p : s.take_found()) all.push_back(s.read(p).value());
    return all;
  }
  std::vector<std::string> left() {
    spool s(how);
    return left(s);
  }
  std::vector<std::string> files(std::string const& extension) {
    std::vector<std::string> all;
    for (auto const& entry : fs::directory_iterator(how.folder))
      if (entry.path().extension() == extension) all.push_back(entry.path().string());
    std::ranges::sort(all);
    return all;
  }
};

TEST_F(Spool, WhatWasAppendedIsFoundAgainInOrder) {
  {
    spool s(how);
    for (auto const* const text : {"one", "", "three"}) ASSERT_TRUE(s.append(text));
  }
  EXPECT_THAT(left(), ElementsAre("one", "", "three"));
}

TEST_F(Spool, WhatIsDoneIsNotFoundAndItsSegmentGoes) {
  {
    spool s(how);
    std::vector<spool::place> places;
    for (int i = 0; i != 9; ++i) places.push_back(s.append(std::string(300, static_cast<char>('a' + i))).value());
    EXPECT_EQ(files(".spool").size(), 3u);
    for (int i = 0; i != 4; ++i) s.done(places[static_cast<std::size_t>(i)]);
    EXPECT_EQ(files(".spool").size(), 2u);
    EXPECT_EQ(s.size().count, 5 * 308u);
  }
  spool s(how);
  auto const again = left(s);
  EXPECT_EQ(again.size(), 5u) << "one of a segment that was not finished may come twice";
  EXPECT_EQ(again.back(), std::string(300, 'i'));
}

TEST_F(Spool, ASegmentStaysWhileOneBeforeItDoesSoThatWhatIsFoundEndsWithTheNewest) {
  {
    spool s(how);
    std::vector<spool::place> places;
    for (int i = 0; i != 9; ++i) places.push_back(s.append(std::string(300, static_cast<char>('a' + i))).value());
    for (int i = 1; i != 9; ++i) s.done(places[static_cast<std::size_t>(i)]);
    EXPECT_EQ(files(".spool").size(), 3u);
    EXPECT_EQ(s.size().count, 9 * 308u);
  }
  {
    spool s(how);
    EXPECT_EQ(left(s).back(), std::string(300, 'i'));
  }
  spool s(how);
  for (auto const& p : s.take_found()) s.done(p);
  EXPECT_THAT(files(".spool"), IsEmpty());
}

TEST_F(Spool, EverythingDoneLeavesNothingOnDisk) {
  spool s(how);
  auto const p = s.append("one").value();
  s.done(p);
  EXPECT_THAT(files(".spool"), IsEmpty());
  EXPECT_EQ(s.size().count, 0u);
  EXPECT_TRUE(s.append("two"));
}

TEST_F(Spool, ATornTailIsCutOffAtEveryByte) {
  {
    spool s(how);
    ASSERT_TRUE(s.append("first"));
    ASSERT_TRUE(s.append("second"));
  }
  auto const file = files(".spool").at(0);
  auto const whole = read_file(file).value();
  for (std::size_t cut = 14; cut != whole.size(); ++cut) {
    std::ofstream(file, std::ios::binary) << whole.substr(0, cut);
    EXPECT_THAT(left(), ElementsAre("first")) << cut;
    spool s(how);
    EXPECT_EQ(s.damaged(), 0u);
    s.take_found();
  }
}

TEST_F(Spool, DamageInTheMiddleCostsTheRestOfItsSegmentIsToldAndKeptForPeople) {
  {
    spool s(how);
    for (int i = 0; i != 6; ++i) ASSERT_TRUE(s.append(std::string(300, static_cast<char>('a' + i))));
  }
  auto const file = files(".spool").at(0);
  auto text = read_file(file).value();
  text[400] ^= 1;
  std::ofstream(file, std::ios::binary) << text;
  spool s(how);
  auto const found = s.take_found();
  EXPECT_GT(s.damaged(), 0u);
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(s.read(found[0]), std::string(300, 'a'));
  EXPECT_EQ(s.read(found[1]), std::string(300, 'e'));
  s.done(found[0]);
  EXPECT_EQ(files(".damaged").size(), 1u);
}

TEST_F(Spool, ItsBoundHoldsAndLeavesRoomForWhatMatters) {
  spool s(how);
  int figures = 0, incidents = 0;
  while (s.append(std::string(92, 'f'), {2'500})) ++figures;
  while (s.append(std::string(92, 'i'))) ++incidents;
  EXPECT_EQ(figures, 75);
  EXPECT_EQ(incidents, 25);
  EXPECT_THAT(s.append("x").error(), HasSubstr("full"));
  EXPECT_LE(s.size().count, how.limit.count);
}

TEST_F(Spool, BelongsToOneProcessAndToItsOwnerAlone) {
  spool s(how);
  EXPECT_THROW(spool{how}, std::runtime_error);
  ASSERT_TRUE(s.append("one"));
  EXPECT_EQ(fs::status(how.folder).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(files(".spool").at(0)).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Spool, WhatTheDiskWillNotHaveIsAnErrorAndTheNextMayGoIn) {
  spool s(how);
  auto const first = s.append("one").value();
  ASSERT_EQ(::chmod(how.folder.c_str(), 0500), 0);
  s.done(first);
  if (::geteuid() != 0) EXPECT_FALSE(s.append("two")) << "to root every folder can be written";
  ASSERT_EQ(::chmod(how.folder.c_str(), 0700), 0);
  EXPECT_TRUE(s.append("three"));
}

// kill -9 while one appends and takes away: what was answered for is there, in order, whole.
TEST_F(Spool, SurvivesKillsAtRandomPoints) {
  dice d(9);
  how.limit = {1u << 20};
  std::uint64_t next = 0, oldest = 0;  // numbers answered for are below next; those below oldest may be gone
  for (int round = 0; round != 25; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    auto const child = ::fork();
    if (child == 0) {
      spool s(how);
      auto waiting = s.take_found();
      std::size_t done = 0;
      for (auto n = next;; ++n) {
        auto const p = s.append(std::to_string(n) + std::string(n % 500, '.'));
        if (!p || ::write(ends[1], &n, sizeof n) != sizeof n) ::_exit(1);
        waiting.push_back(*p);
        if (n % 3 == 0) s.done(waiting[done++]);
      }
    }
    ::close(ends[1]);
    auto const stop_after = 1 + d.below(60);
    std::uint64_t answered = 0, last = next;
    for (std::uint64_t n = 0; answered != stop_after && ::read(ends[0], &n, sizeof n) == sizeof n; ++answered) last = n;
    ::kill(child, SIGKILL);
    for (std::uint64_t n = 0; ::read(ends[0], &n, sizeof n) == sizeof n;) last = n;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    auto const there = left();
    ASSERT_FALSE(there.empty());
    std::vector<std::uint64_t> numbers;
    for (auto const& text : there) {
      numbers.push_back(std::stoull(text));
      EXPECT_EQ(text.size(), std::to_string(numbers.back()).size() + numbers.back() % 500);
    }
    for (std::size_t i = 1; i != numbers.size(); ++i) ASSERT_EQ(numbers[i], numbers[i - 1] + 1);
    EXPECT_GE(numbers.back(), last);
    EXPECT_LE(numbers.back(), last + 1);
    EXPECT_GE(numbers.front(), oldest);
    oldest = numbers.front();
    next = numbers.back() + 1;
  }
}

}  // namespace
}  // namespace vendaval::monitor
