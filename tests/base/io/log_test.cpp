#include "base/io/log.hpp"

#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

namespace vendaval {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

struct Log : testing::Test {
  std::shared_ptr<spdlog::logger> logger(std::string const& level = "info") {
    return make_logger("proxy", level, std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
  }
  std::ostringstream out;
};

TEST_F(Log, WritesTimeLevelRoomAndMessageOnOneLine) {
  auto const log = logger();
  log->info("listening on {}", "127.0.0.1:8443");
  EXPECT_THAT(out.str(), MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z info  proxy: "
                                      "listening on 127\\.0\\.0\\.1:8443\n"));
}

TEST_F(Log, NamesEachLevelInFiveLetters) {
  auto const log = logger("trace");
  log->trace("m");
  log->debug("m");
  log->warn("m");
  log->error("m");
  for (auto const* part : {"Z trace proxy: m\n", "Z debug proxy: m\n", "Z warn  proxy: m\n", "Z error proxy: m\n"})
    EXPECT_THAT(out.str(), HasSubstr(part));
}

TEST_F(Log, WritesNothingBelowItsLevel) {
  auto const log = logger("warn");
  log->info("quiet");
  EXPECT_EQ(out.str(), "");
  logger("off")->critical("quiet");
  EXPECT_EQ(out.str(), "");
}

TEST_F(Log, HidesSecrets) {
  logger()->info("sent Bearer abc123def456 to https://u:p4ss@bank.example/");
  EXPECT_THAT(out.str(), AllOf(Not(HasSubstr("abc123def456")), Not(HasSubstr("p4ss")), HasSubstr("bank.example")));
}

TEST_F(Log, CannotBeGivenASecondLineOrDriveATerminal) {
  logger()->info("path /a\r\n2026-01-19T00:00:00.000Z error proxy: forged \x1b[2J\x7f\tend \xc2\x9b[2J");
  EXPECT_THAT(out.str(),
              HasSubstr("path /a\\r\\n2026-01-19T00:00:00.000Z error proxy: forged \\x1b[2J\\x7f\\tend \\x9b[2J\n"));
  EXPECT_EQ(std::ranges::count(out.str(), '\n'), 1);
}

TEST_F(Log, LeavesAccentsAlone) {
  logger()->info("Itaú fora do ar — ação");
  EXPECT_THAT(out.str(), HasSubstr("Itaú fora do ar — ação\n"));
}

TEST_F(Log, RefusesALevelItDoesNotKnow) {
  try {
    logger("verbose");
    FAIL() << "accepted";
  } catch (std::runtime_error const& e) {
    EXPECT_STREQ(e.what(), "log level \"verbose\" is not known; accepted: trace, debug, info, warn, error, off");
  }
}

}  // namespace
}  // namespace vendaval
