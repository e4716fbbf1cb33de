// The Toxiproxy beside the proxy and the audit log that is ours: real sockets, a real database.
#include "controller/io/toxiproxy_beside.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <boost/asio/ip/tcp.hpp>

#include "base/io/file.hpp"
#include "base/io/log.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct ToxiproxyBeside : vendaval::test::MonitorIo {
  ToxiproxyBeside() {
    boost::asio::ip::tcp::acceptor const free(io, {boost::asio::ip::address_v4::loopback(), 0});
    auto& asked = config.toxiproxy.emplace();
    asked.listen.port = free.local_endpoint().port();
  }
  void start() {
    it = toxiproxy_beside(config, {secret(), read_timeline(), *storage, make_logger("test", "off")});
    it->start();
  }
  outbound_result ask(std::string method, std::string const& path, std::string body = {}) {
    outbound_request r;
    r.method = std::move(method);
    r.url = "http://" + config.toxiproxy->listen.text() + path;
    r.headers = {{"X-Vendaval-Actor", "ana"}};
    r.body = std::move(body);
    return calls.call(std::move(r));
  }
  std::vector<std::string> audit() {
    auto rows = with_store([](sql::store& s) { return s.recent_audit(100); }).value();
    std::vector<std::string> told;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row)
      told.push_back(row->action + " by " + row->actor + ": " + row->reason + ": " + row->result);
    return told;
  }
  void break_audit() {
    sqlite3* db = nullptr;
    sqlite3_open(database.c_str(), &db);
    EXPECT_EQ(sqlite3_exec(db, "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk full'); END",
                           nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(db);
  }

  settings config;
  std::unique_ptr<toxics::toxiproxy_thread> it;
};

TEST_F(ToxiproxyBeside, S15_WhoHungAToxicAndHowItEndedStandsInTheAuditLog) {
  start();
  ASSERT_EQ(ask("POST", "/proxies", R"({"name":"p","upstream":"127.0.0.1:1"})").status, 201u);
  ASSERT_EQ(ask("POST", "/proxies/p/toxics", R"({"type":"latency"})").status, 200u);
  ASSERT_EQ(ask("POST", "/reset").status, 204u);
  EXPECT_THAT(audit(), ElementsAre(HasSubstr("toxic by ana: POST /proxies {"),
                                   R"(toxic by ana: POST /proxies/p/toxics {"type":"latency"}: asked)",
                                   "end by toxiproxy: p/latency_downstream: removed by ana"));
}

TEST_F(ToxiproxyBeside, S11_ADatabaseThatCannotBeWrittenMeansNoToxic) {
  start();
  ask("POST", "/proxies", R"({"name":"p","upstream":"127.0.0.1:1"})");
  break_audit();
  auto const refused = ask("POST", "/proxies/p/toxics", R"({"type":"latency"})");
  EXPECT_EQ(refused.status, 503u);
  EXPECT_THAT(refused.body, HasSubstr("no audit record, so nothing was changed"));
  EXPECT_EQ(ask("GET", "/proxies/p/toxics").body, "[]");
}

TEST_F(ToxiproxyBeside, S11_ProxiesOfAFileAreWrittenDownTooOrThereAreNone) {
  config.toxiproxy->config = folder / "proxies.json";
  ASSERT_TRUE(write_file_durably(config.toxiproxy->config,
                                 R"([{"name":"p","upstream":"127.0.0.1:1","toxics":[{"type":"latency"}]}])", 0600));
  start();
  EXPECT_THAT(audit(), ElementsAre("toxic by config: populate from " + config.toxiproxy->config + ": asked"));
  it.reset();
  break_audit();
  EXPECT_THROW(start(), std::runtime_error);
}

}  // namespace
}  // namespace vendaval::controller
