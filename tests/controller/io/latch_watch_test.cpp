#include "controller/io/latch_watch.hpp"

#include <gmock/gmock.h>

#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "base/time.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::controller {
namespace {

using testing::Each;
using testing::IsEmpty;
using testing::Not;

struct LatchWatch : testing::Test {
  void write(std::string const& name, std::string const& text) const { std::ofstream(folder / name) << text; }
  /// Runs the context until somebody was told, at most for half a minute.
  void run_until_told() {
    io.restart();
    auto const before = told.size();
    boost::asio::steady_timer patience(io, 30s);
    patience.async_wait([this](boost::system::error_code over) {
      if (!over) io.stop();
    });
    while (told.size() == before && io.run_one() > 0) continue;
  }

  vendaval::test::temporary_folder folder;
  std::string const latch = folder / "kill-switch";
  boost::asio::io_context io{1};
  std::vector<std::string> told;
  latch_watch watch{io, latch, [this](std::string const& text) { told.push_back(text); }};
};

/// Moved to its place, as whoever wants its text to be whole does; a file that is written in place may be seen empty.
TEST_F(LatchWatch, TellsTheFirstLineOfAFileThatIsMovedToItsPlace) {
  write("being-written", "smoke in the server room\nand more of it\n");
  std::filesystem::rename(folder / "being-written", latch);
  run_until_told();
  EXPECT_THAT(told, Not(IsEmpty()));
  EXPECT_THAT(told, Each("smoke in the server room"));
}

TEST_F(LatchWatch, AnEmptyFileIsEnough) {
  write("kill-switch", "");
  run_until_told();
  EXPECT_THAT(told, Not(IsEmpty()));
  EXPECT_THAT(told, Each(""));
}

TEST_F(LatchWatch, ALongReasonIsCutShort) {
  write("being-written", std::string(5000, 'x'));
  std::filesystem::rename(folder / "being-written", latch);
  run_until_told();
  EXPECT_THAT(told, Each(std::string(200, 'x')));
}

TEST_F(LatchWatch, OtherFilesAndItsRemovalAreNoNews) {
  write("journal.json", "{}");
  std::filesystem::create_directory(folder / "runs");
  io.poll();
  EXPECT_THAT(told, IsEmpty());
  write("kill-switch", "");
  run_until_told();
  std::filesystem::remove(latch);
  write("another", "");
  io.poll();
  auto const before = told.size();
  io.poll();
  EXPECT_EQ(told.size(), before);
}

TEST_F(LatchWatch, TellsAgainWhenItComesAgain) {
  write("kill-switch", "");
  run_until_told();
  std::filesystem::remove(latch);
  auto const before = told.size();
  write("kill-switch", "");
  run_until_told();
  EXPECT_GT(told.size(), before);
}

TEST_F(LatchWatch, AFolderThatIsNotThereIsSaidAtOnce) {
  EXPECT_THROW(latch_watch(io, folder / "no/kill-switch", [](std::string const&) {}), std::system_error);
}

}  // namespace
}  // namespace vendaval::controller
