#include "base/io/unwaiting_sink.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/io/log.hpp"

namespace vendaval {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

struct UnwaitingSink : testing::Test {
  UnwaitingSink() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    log = make_logger("proxy", "info", std::make_shared<unwaiting_sink>(ends[1]));
  }
  ~UnwaitingSink() override {
    ::close(ends[0]);
    ::close(ends[1]);
  }

  /// Everything that is in the pipe now.
  std::string read_all() {
    std::string result;
    std::array<char, 4096> part;
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    for (ssize_t n; (n = ::read(ends[0], part.data(), part.size())) > 0;)
      result.append(part.data(), static_cast<std::size_t>(n));
    return result;
  }

  std::array<int, 2> ends{};
  std::shared_ptr<spdlog::logger> log;
};

TEST_F(UnwaitingSink, WritesEachLineAtOnce) {
  log->info("one");
  EXPECT_THAT(read_all(), EndsWith("info  proxy: one\n"));
  log->info("two");
  EXPECT_THAT(read_all(), AllOf(Not(HasSubstr("one")), EndsWith("info  proxy: two\n")));
}

TEST_F(UnwaitingSink, DropsLinesThatNobodyReadsAndSaysHowManyOnceSomebodyDoes) {
  ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
  for (int i = 0; i < 1000; ++i) log->info("line {}", i);
  auto const kept = std::ranges::count(read_all(), '\n');
  log->info("somebody reads again");
  EXPECT_THAT(read_all(), AllOf(HasSubstr("(" + std::to_string(1000 - kept) + " lines of the log were dropped here"),
                                EndsWith("info  proxy: somebody reads again\n")));
  log->info("and goes on");
  EXPECT_THAT(read_all(), Not(HasSubstr("dropped")));
}

TEST_F(UnwaitingSink, BeginsANewLineAfterOneThatFoundRoomForItsBeginningOnly) {
  ::fcntl(ends[1], F_SETPIPE_SZ, 4096);
  log->info("{}", std::string(6000, 'a'));
  EXPECT_EQ(std::ranges::count(read_all(), '\n'), 0);
  log->info("whole");
  EXPECT_THAT(read_all(),
              AllOf(testing::StartsWith("\n(1 lines of the log were dropped here"), EndsWith("proxy: whole\n")));
}

TEST_F(UnwaitingSink, OutlivesAReaderThatHasGone) {
  auto const before = ::signal(SIGPIPE, SIG_IGN);
  ::close(ends[0]);
  ends[0] = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  log->info("to nobody");
  ::signal(SIGPIPE, before);
}

TEST_F(UnwaitingSink, WritesAllOfALongLineToAFile) {
  auto const file = std::string(testing::TempDir()) + "unwaiting_sink.log";
  auto const descriptor = ::open(file.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600);
  make_logger("proxy", "info", std::make_shared<unwaiting_sink>(descriptor))->info("{}", std::string(100'000, 'a'));
  EXPECT_GT(::lseek(descriptor, 0, SEEK_END), 100'000);
  ::close(descriptor);
  ::unlink(file.c_str());
}

}  // namespace
}  // namespace vendaval
