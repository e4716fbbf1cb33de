#include "base/io/http_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <spdlog/sinks/ostream_sink.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/io/certificates.hpp"
#include "base/io/deadline.hpp"
#include "base/io/log.hpp"
#include "base/io/outbound.hpp"
#include "tests/support/running_context.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval {
namespace {

using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Answers with what it was asked, and throws when asked to.
asio::awaitable<http_response> echo(http_request request) {
  if (request.path() == "/throw") throw std::runtime_error("the vault is empty");
  http_response response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.target + " " + request.body;
  response.headers.push_back({"X-Peer", request.peer});
  if (auto const tag = request.header("x-tag")) response.headers.push_back({"X-Tag", std::string(*tag)});
  co_return response;
}

/// A client that says exactly the bytes it is told to.
class raw_client {
 public:
  explicit raw_client(std::uint16_t port) { socket_.connect({asio::ip::make_address("127.0.0.1"), port}); }
  void say(std::string const& text) { asio::write(socket_, asio::buffer(text)); }
  /// Everything until the server closes.
  std::string hear_all() {
    std::string text = std::move(heard_);
    boost::system::error_code error;
    asio::read(socket_, asio::dynamic_buffer(text), error);
    return text;
  }
  /// One answer that ends with `last`.
  std::string hear_until(std::string const& last) {
    auto const size = asio::read_until(socket_, asio::dynamic_buffer(heard_), last);
    auto text = heard_.substr(0, size);
    heard_.erase(0, size);
    return text;
  }
  std::string ask(std::string const& text) {
    say(text);
    return hear_all();
  }
  boost::system::error_code hear_end() {
    boost::system::error_code error;
    char c;
    asio::read(socket_, asio::buffer(&c, 1), error);
    return error;
  }

 private:
  asio::io_context io_;
  tcp::socket socket_{io_};
  std::string heard_;
};

class HttpServer : public testing::Test {
 protected:
  ~HttpServer() override {
    context.on([&] { server.reset(); });
  }
  void start(http_server::settings s = {}, http_server::handler handler = echo) {
    if (s.listen.host.empty()) s.listen = {"127.0.0.1", 0};
    s.log = make_logger("test", "info", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged));
    context.on([&] {
      server = std::make_unique<http_server>(context.io, s, handler);
      server->start();
    });
  }
  std::string url(std::string const& path, std::string const& scheme = "http") const {
    return fmt::format("{}://127.0.0.1:{}{}", scheme, server->port(), path);
  }
  static tls_identity leaf(std::string const& folder) {
    return ensure_leaf(ensure_local_ca(folder), folder, "server", {"localhost", "127.0.0.1"});
  }

  std::ostringstream logged;
  test::running_context context;
  std::unique_ptr<http_server> server;
  outbound calls;
};

TEST_F(HttpServer, HandsTheWholeRequestToTheHandlerAndItsAnswerBack) {
  start();
  auto const answer =
      calls.call({.method = "POST", .url = url("/a/b?c=d"), .headers = {{"X-Tag", "7"}}, .body = "hello"});
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "POST /a/b?c=d hello");
  EXPECT_EQ(find_header(answer.headers, "x-tag"), "7");
  EXPECT_EQ(find_header(answer.headers, "x-peer"), "127.0.0.1");
  EXPECT_EQ(find_header(answer.headers, "content-type"), "text/plain");
  EXPECT_EQ(find_header(answer.headers, "server"), "server");
  EXPECT_THAT(std::string(find_header(answer.headers, "date").value_or("")), EndsWith(" GMT"));
}

TEST_F(HttpServer, SpeaksTlsToAClientThatTrustsItsCa) {
  test::temporary_folder folder;
  start({.tls = leaf(folder.path())});
  auto const answer = calls.call({.url = url("/safe", "https"), .ca_file = folder / "ca.pem"});
  EXPECT_EQ(answer.error, "");
  EXPECT_EQ(answer.body, "GET /safe ");
}

TEST_F(HttpServer, SurvivesAClientThatSpeaksPlainTextToItsTlsPort) {
  test::temporary_folder folder;
  start({.tls = leaf(folder.path())});
  raw_client(server->port()).ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(calls.call({.url = url("/", "https"), .ca_file = folder / "ca.pem"}).status, 200u);
}

TEST_F(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  start();
  raw_client client(server->port());
  client.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.hear_until("GET /1 "), Not(HasSubstr("Connection:")));
  client.say("GET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.hear_all(), AllOf(HasSubstr("Connection: close\r\n"), EndsWith("GET /2 ")));
}

TEST_F(HttpServer, AnswersPipelinedRequestsInOrder) {
  start();
  raw_client client(server->port());
  auto const all =
      client.ask("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_LT(all.find("GET /1 "), all.find("GET /2 "));
  EXPECT_NE(all.find("GET /2 "), std::string::npos);
}

TEST_F(HttpServer, ClosesAfterAnHttp10RequestUnlessAskedToKeepTheConnection) {
  start();
  EXPECT_THAT(raw_client(server->port()).ask("GET /old HTTP/1.0\r\n\r\n"), EndsWith("GET /old "));
  raw_client client(server->port());
  client.say("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.hear_until("GET /1 "), HasSubstr("Connection: keep-alive\r\n"));
  EXPECT_THAT(client.ask("GET /2 HTTP/1.0\r\n\r\n"), EndsWith("GET /2 "));
}

TEST_F(HttpServer, AnswersHeadWithTheLengthButNotTheBody) {
  start();
  auto const answer = raw_client(server->port()).ask("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, AllOf(HasSubstr("Content-Length: 8\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(HttpServer, SendsNoBodyWithAStatusThatForbidsOne) {
  start({},
        [](http_request) -> asio::awaitable<http_response> { co_return http_response{204, "oops", "text/plain", {}}; });
  auto const answer = raw_client(server->port()).ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer,
              AllOf(StartsWith("HTTP/1.1 204 No Content\r\n"), Not(HasSubstr("Content-Length")), EndsWith("\r\n\r\n")));
}

TEST_F(HttpServer, RefusesABodyLongerThanItsLimitBeforeReadingIt) {
  start({.body_limit = bytes{16}});
  raw_client client(server->port());
  auto const answer = client.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("longer than 16B")));
}

TEST_F(HttpServer, RefusesAChunkedBodyThatGrowsPastTheLimit) {
  start({.body_limit = bytes{16}});
  auto const answer = raw_client(server->port())
                          .ask(
                              "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "a\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServer, TakesABodyOfExactlyTheLimit) {
  start({.body_limit = bytes{16}});
  auto const answer = calls.call({.method = "POST", .url = url("/"), .body = "0123456789abcdef"});
  EXPECT_EQ(answer.body, "POST / 0123456789abcdef");
}

TEST_F(HttpServer, LetsAClientReadTheRefusalOfALargeBodyItIsStillSending) {
  start({.body_limit = bytes{1024}});
  auto const answer = calls.call({.method = "POST", .url = url("/"), .body = std::string(4 << 20, 'x')});
  EXPECT_EQ(answer.status, 413u) << answer.error;
}

TEST_F(HttpServer, TellsAClientThatWaitsToGoOn) {
  start();
  raw_client client(server->port());
  client.say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(client.ask("hi"), AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("POST / hi")));
}

TEST_F(HttpServer, RefusesAHeadLongerThanItsLimit) {
  start();
  auto const answer =
      raw_client(server->port()).ask("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServer, RefusesWhatIsNotHttp) {
  start();
  EXPECT_THAT(raw_client(server->port()).ask("hello there\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(raw_client(server->port()).ask("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 ")) << "no Host";
  EXPECT_THAT(raw_client(server->port())
                  .ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
              StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(
      raw_client(server->port())
          .ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServer, AnswersFiveHundredAndSaysWhyInTheLogWhenTheHandlerThrows) {
  start();
  auto const answer = calls.call({.url = url("/throw?token=hush")});
  EXPECT_EQ(answer.status, 500u);
  EXPECT_THAT(answer.body, Not(HasSubstr("vault"))) << "what broke inside is not the caller's business";
  EXPECT_EQ(calls.call({.url = url("/")}).status, 200u) << "the server goes on";
  context.on([&] { server.reset(); });
  EXPECT_THAT(logged.str(), AllOf(HasSubstr("error test: GET /throw: the vault is empty\n"), Not(HasSubstr("hush"))));
}

TEST_F(HttpServer, AHandlerCannotBeTrickedIntoAnExtraHeader) {
  start({}, [](http_request) -> asio::awaitable<http_response> {
    http_response response{200, "", "text/plain", {{"X-Echo", "a\r\nSet-Cookie: b"}}};
    co_return response;
  });
  EXPECT_FALSE(find_header(calls.call({.url = url("/")}).headers, "Set-Cookie"));
}

TEST_F(HttpServer, ClosesAConnectionThatSaysNothing) {
  start({.idle = 50ms});
  raw_client silent(server->port());
  EXPECT_EQ(silent.hear_end(), asio::error::eof);
  raw_client slow(server->port());
  slow.say("GET / HT");
  EXPECT_EQ(slow.hear_end(), asio::error::eof);
}

TEST_F(HttpServer, DoesNotCallAHandlerThatTakesLongAnIdleClient) {
  start({.idle = 20ms}, [](http_request) -> asio::awaitable<http_response> {
    real_clock time;
    co_await time.sleep_for(100ms);
    co_return http_response{200, "at last", "text/plain", {}};
  });
  EXPECT_EQ(calls.call({.url = url("/")}).body, "at last");
}

TEST_F(HttpServer, RefusesOneConnectionTooMany) {
  start({.connections = 1});
  raw_client first(server->port());
  first.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  first.hear_until("GET /1 ");
  EXPECT_EQ(raw_client(server->port()).hear_end(), asio::error::eof);
  first.say("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(first.hear_until("GET /2 "), StartsWith("HTTP/1.1 200 "));
}

std::string what_of(auto make) {
  try {
    make();
  } catch (std::runtime_error const& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST_F(HttpServer, SaysWhichAddressIsTakenAndWhatToDo) {
  start();
  asio::io_context io;
  http_server::settings again{.listen = {"127.0.0.1", server->port()}, .name = "api"};
  EXPECT_EQ(what_of([&] { http_server second(io, again, echo); }),
            fmt::format("127.0.0.1:{} (api) is in use by another program; free it or choose another address",
                        server->port()));
}

TEST_F(HttpServer, SaysThatAnAddressIsNotOfThisMachine) {
  asio::io_context io;
  http_server::settings elsewhere{.listen = {"192.0.2.1", 8480}, .name = "api"};
  EXPECT_THAT(what_of([&] { http_server s(io, elsewhere, echo); }),
              StartsWith("192.0.2.1:8480 (api) is not an address of this machine"));
}

TEST_F(HttpServer, NamesTheCertificateFileAndTheReason) {
  test::temporary_folder folder;
  asio::io_context io;
  auto const complaint = [&](tls_identity identity) {
    http_server::settings s{.listen = {"127.0.0.1", 0}, .tls = identity};
    return what_of([&] { http_server server_with_it(io, s, echo); });
  };
  auto const good = leaf(folder.path());
  EXPECT_THAT(complaint({folder / "absent.pem", good.key}),
              StartsWith("the certificate " + (folder / "absent.pem") + " cannot be read: No such file or directory"));
  std::ofstream(folder / "junk.pem") << "no certificate";
  std::filesystem::permissions(folder / "junk.pem", std::filesystem::perms(0600));
  EXPECT_THAT(complaint({folder / "junk.pem", good.key}),
              StartsWith("the certificate " + (folder / "junk.pem") + " is not a PEM certificate"));
  EXPECT_THAT(complaint({good.certificate, folder / "junk.pem"}),
              StartsWith("the private key " + (folder / "junk.pem") + " is not a PEM private key"));
  EXPECT_EQ(complaint({good.certificate, folder / "ca.key"}),
            "the private key " + (folder / "ca.key") + " does not belong to the certificate " + good.certificate);
}

TEST_F(HttpServer, ClosesEveryConnectionWhenItDies) {
  start();
  raw_client client(server->port());
  client.say("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  client.hear_until("GET /1 ");
  context.on([&] { server.reset(); });
  EXPECT_EQ(client.hear_end(), asio::error::eof);
}

TEST_F(HttpServer, CancelsAWaitingHandlerWhenItDies) {
  std::promise<void> entered, left;
  struct at_exit {
    std::promise<void>& told;
    ~at_exit() { told.set_value(); }
  };
  start({}, [&](http_request) -> asio::awaitable<http_response> {
    at_exit const note{left};
    entered.set_value();
    real_clock time;
    co_await time.sleep_for(1h);
    co_return http_response{};
  });
  std::promise<outbound_result> answer;
  calls.send({.url = url("/")}, [&](outbound_result result) { answer.set_value(std::move(result)); });
  entered.get_future().wait();
  context.on([&] { server.reset(); });
  left.get_future().wait();
  EXPECT_NE(answer.get_future().get().error, "");
}

TEST(HttpServerAlone, IsFreedWithItsContextWhileAHandlerWaits) {
  auto freed = std::make_shared<int>(0);
  std::weak_ptr<int> const watch = freed;
  bool entered = false;
  {
    asio::io_context io;
    http_server server(io, {.listen = {"127.0.0.1", 0}},
                       [&entered, freed = std::move(freed)](http_request) -> asio::awaitable<http_response> {
                         entered = true;
                         real_clock time;
                         co_await time.sleep_for(1h);
                         co_return http_response{};
                       });
    server.start();
    raw_client client(server.port());
    client.say("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    while (!entered) io.run_one();
  }
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace vendaval
