// The plan of the house (docs/architecture.md) as a test: includes point one way, and pure rooms stay pure.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

/// Whom each room may know, besides itself.
std::map<std::string, std::set<std::string>> const may_know{
    {"base", {}},
    {"sql", {"base"}},
    {"sandbox", {"base"}},
    {"proxy", {"base"}},
    {"monitor", {"base", "sql", "proxy"}},
    {"controller", {"base", "sql", "proxy", "monitor", "sandbox"}},
};

/// All the monitor may see of the proxy: what it reports, and the fault vocabulary.
std::vector<std::string> const proxy_for_monitor{"proxy/exchange.hpp", "proxy/link.hpp", "proxy/faults/"};

/// Headers that mean I/O, threads or a real clock.
std::regex const impure(
    R"(^(boost/(asio|beast)|openssl/|curl/|soci/|spdlog/|thread$|mutex$|fstream$|sys/|unistd\.h|netinet/|CLI/))");

struct include {
  std::string file, line, what;
};

std::string room_of(std::string const& path) { return path.substr(0, path.find('/')); }

bool is_shell(std::string const& file) { return file.find("/io/") != std::string::npos || file.starts_with("sql/"); }

std::vector<include> includes_of(fs::path const& root, std::string const& file) {
  static std::regex const directive(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<include> result;
  std::ifstream in(root / file);
  std::string line;
  for (std::smatch found; std::getline(in, line);)
    if (std::regex_search(line, found, directive)) result.push_back({file, line, found[1]});
  return result;
}

/// Every sentence that says which include breaks which rule; empty when the house is in order.
std::vector<std::string> complaints(include const& i) {
  std::vector<std::string> result;
  auto const from = room_of(i.file), to = room_of(i.what);
  if (may_know.contains(to) && to != from && !may_know.at(from).contains(to))
    result.push_back(fmt::format("{} includes {}: {} may not know {}", i.file, i.what, from, to));
  auto const allowed = std::ranges::any_of(proxy_for_monitor, [&](auto const& p) { return i.what.starts_with(p); });
  if (from == "monitor" && to == "proxy" && !allowed)
    result.push_back(fmt::format("{} includes {}: the monitor sees only what the proxy reports", i.file, i.what));
  if (!is_shell(i.file) &&
      (std::regex_search(i.what, impure) || (may_know.contains(to) && is_shell(i.what) && to != "sql")))
    result.push_back(fmt::format("{} includes {}: a pure file may not do I/O; move it under io/", i.file, i.what));
  if (i.what.starts_with("proxy/toxics/") && from == "proxy" && !i.file.starts_with("proxy/toxics/"))
    result.push_back(fmt::format("{} includes {}: the data path may not know the Toxiproxy beside it", i.file, i.what));
  if (to == "tests")
    result.push_back(fmt::format("{} includes {}: the product may not know its tests", i.file, i.what));
  return result;
}

std::vector<std::string> source_files(fs::path const& root) {
  std::vector<std::string> result;
  for (auto const& [room, _] : may_know)
    for (auto const& entry : fs::recursive_directory_iterator(root / room)) {
      auto const extension = entry.path().extension();
      if (extension == ".hpp" || extension == ".cpp") result.push_back(fs::relative(entry.path(), root).string());
    }
  return result;
}

TEST(House, IncludesPointOneWayAndPureRoomsStayPure) {
  fs::path const root = VENDAVAL_SOURCE_DIR;
  auto const files = source_files(root);
  ASSERT_GT(files.size(), 20u) << "looked in the wrong place: " << root;
  std::vector<std::string> all;
  for (auto const& file : files)
    for (auto const& i : includes_of(root, file)) std::ranges::copy(complaints(i), std::back_inserter(all));
  EXPECT_THAT(all, testing::IsEmpty());
}

TEST(House, AnArrowThatRunsBackUpIsFound) {
  using testing::IsEmpty;
  EXPECT_THAT(complaints({"base/dice.cpp", "", "proxy/exchange.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"sandbox/bank/bank.cpp", "", "proxy/exchange.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"monitor/monitor.cpp", "", "proxy/dialects/dialect.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"proxy/faults/decide.cpp", "", "boost/asio/awaitable.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"proxy/faults/decide.cpp", "", "base/io/clock.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"proxy/toxics/stage.cpp", "", "proxy/toxics/io/relay.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"proxy/io/session.cpp", "", "proxy/toxics/stage.hpp"}), testing::Not(IsEmpty()));
  EXPECT_THAT(complaints({"proxy/io/session.cpp", "", "boost/asio/awaitable.hpp"}), IsEmpty());
  EXPECT_THAT(complaints({"monitor/monitor.cpp", "", "proxy/faults/armed.hpp"}), IsEmpty());
}

TEST(House, OnlyTheHttpServerKnowsBeast) {
  fs::path const root = VENDAVAL_SOURCE_DIR;
  std::set<std::string> users;
  for (auto const& file : source_files(root))
    for (auto const& i : includes_of(root, file))
      if (i.what.starts_with("boost/beast")) users.insert(file);
  EXPECT_THAT(users, testing::ElementsAre("base/io/asio.cpp", "base/io/http_server.cpp"));
}

}  // namespace
