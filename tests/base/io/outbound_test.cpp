#include "base/io/outbound.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <thread>

#include "base/io/certificates.hpp"
#include "base/io/deadline.hpp"
#include "base/io/http_server.hpp"
#include "tests/support/running_context.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval {
namespace {

using asio::ip::tcp;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Shows the request as text; /moved redirects; /large answers `large` bytes.
asio::awaitable<http_response> show_request(http_request request) {
  http_response response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.target + "\n";
  for (auto const& header : request.headers) response.body += header.name + ": " + header.value + "\n";
  response.body += "\n" + request.body;
  if (request.path() == "/moved") {
    response.status = 302;
    response.headers.push_back({"Location", "/elsewhere"});
  }
  if (request.path() == "/large") response.body = std::string(1000, 'x');
  co_return response;
}

/// A port on which nobody listens: bound, so that nobody else takes it, but not listening.
class closed_port {
 public:
  closed_port() {
    socket_.open(tcp::v4());
    socket_.bind({asio::ip::make_address("127.0.0.1"), 0});
  }
  std::uint16_t number() const { return socket_.local_endpoint().port(); }

 private:
  asio::io_context io_;
  tcp::socket socket_{io_};
};

/// A port where connections are taken and nothing is ever said.
class silent_port {
 public:
  std::uint16_t number() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
};

class Outbound : public testing::Test {
 protected:
  ~Outbound() override {
    context.on([&] { server.reset(); });
  }
  std::string start(std::optional<tls_identity> identity = {}, http_server::handler handler = show_request) {
    context.on([&] {
      http_server::settings s{.listen = {"127.0.0.1", 0}, .tls = identity};
      server = std::make_unique<http_server>(context.io, s, handler);
      server->start();
    });
    return fmt::format("{}://127.0.0.1:{}", identity ? "https" : "http", server->port());
  }

  test::running_context context;
  std::unique_ptr<http_server> server;
  outbound calls;
};

TEST_F(Outbound, SendsMethodHeadersAndBodyAndNothingOfItsOwnThatChangesThem) {
  auto const base = start();
  auto const answer = calls.call(
      {.method = "PATCH", .url = base + "/a?b=c", .headers = {{"X-One", "1"}, {"X-Empty", ""}}, .body = "{}"});
  EXPECT_EQ(answer.error, "");
  EXPECT_TRUE(answer.connected);
  EXPECT_EQ(answer.status, 200u);
  EXPECT_GT(answer.took, 0ns);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("PATCH /a?b=c\n"), HasSubstr("X-One: 1\n"), HasSubstr("X-Empty: \n"),
                                 HasSubstr("\n\n{}")));
  EXPECT_THAT(answer.body, AllOf(Not(HasSubstr("urlencoded")), Not(HasSubstr("Expect:"))));
}

TEST_F(Outbound, PutsNoBodyOnTheWireWhereThereIsNone) {
  auto const base = start();
  EXPECT_THAT(calls.call({.url = base + "/"}).body, AllOf(HasSubstr("GET /\n"), Not(HasSubstr("Content-"))));
  EXPECT_THAT(calls.call({.method = "DELETE", .url = base + "/"}).body, HasSubstr("DELETE /\n"));
  EXPECT_THAT(calls.call({.method = "POST", .url = base + "/"}).body, HasSubstr("Content-Length: 0\n"));
  auto const head = calls.call({.method = "HEAD", .url = base + "/"});
  EXPECT_EQ(head.error, "");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.status, 200u);
}

TEST_F(Outbound, AuthenticatesWithUserAndPassword) {
  auto const answer = calls.call({.url = start() + "/", .user = "belvo", .password = secret("s3cret")});
  EXPECT_THAT(answer.body, HasSubstr("Authorization: Basic YmVsdm86czNjcmV0\n"));
}

TEST_F(Outbound, DoesNotFollowRedirects) {
  auto const answer = calls.call({.url = start() + "/moved"});
  EXPECT_EQ(answer.status, 302u);
  EXPECT_EQ(find_header(answer.headers, "location"), "/elsewhere");
}

TEST_F(Outbound, SpeaksOnlyHttp) {
  EXPECT_THAT(calls.call({.url = "file:///etc/hostname"}).error, HasSubstr("not supported"));
  EXPECT_EQ(calls.call({.url = "file:///etc/hostname"}).body, "");
}

TEST_F(Outbound, SaysThatNobodyListens) {
  closed_port const port;
  auto const answer = calls.call({.url = fmt::format("http://127.0.0.1:{}/", port.number())});
  EXPECT_THAT(answer.error, AllOf(HasSubstr("Connection refused"), HasSubstr(std::to_string(port.number()))));
  EXPECT_FALSE(answer.connected);
  EXPECT_EQ(answer.status, 0u);
}

TEST_F(Outbound, TrustsTheGivenCaAndNoOther) {
  test::temporary_folder ours, theirs;
  auto const base = start(ensure_leaf(ensure_local_ca(ours.path()), ours.path(), "server", {"127.0.0.1"}));
  auto const stranger = ensure_local_ca(theirs.path());
  EXPECT_EQ(calls.call({.url = base + "/", .ca_file = ours / "ca.pem"}).status, 200u);
  // After a good call too: a kept connection must not lend its trust to a caller with another CA.
  auto const refused = calls.call({.url = base + "/", .ca_file = stranger.certificate});
  EXPECT_THAT(refused.error, HasSubstr("certificate"));
  EXPECT_FALSE(refused.connected);
  EXPECT_THAT(calls.call({.url = base + "/"}).error, HasSubstr("certificate")) << "the system knows no sandbox CA";
}

TEST_F(Outbound, RefusesACertificateForAnotherName) {
  test::temporary_folder folder;
  auto const base = start(ensure_leaf(ensure_local_ca(folder.path()), folder.path(), "server", {"bank.example"}));
  EXPECT_NE(calls.call({.url = base + "/", .ca_file = folder / "ca.pem"}).error, "");
}

TEST_F(Outbound, GivesUpWhenTheTimeIsOver) {
  silent_port const port;
  auto const answer = calls.call({.url = fmt::format("http://127.0.0.1:{}/", port.number()), .timeout = 30ms});
  EXPECT_THAT(answer.error, HasSubstr("timed out"));
  EXPECT_TRUE(answer.connected) << "the request may have arrived";
  EXPECT_GE(answer.took, 30ms);
}

TEST_F(Outbound, GivesUpOnAnAnswerThatIsTooLong) {
  auto const base = start();
  EXPECT_EQ(calls.call({.url = base + "/large", .body_limit = 1000}).body.size(), 1000u);
  auto const answer = calls.call({.url = base + "/large", .body_limit = 999});
  EXPECT_EQ(answer.error, "the answer is longer than 999 bytes");
  EXPECT_LE(answer.body.size(), 999u);
}

TEST_F(Outbound, RefusesAHeaderThatWouldBecomeTwo) {
  auto const base = start();
  EXPECT_THAT(calls.call({.url = base + "/", .headers = {{"X-A", "b\r\nX-C: d"}}}).error, HasSubstr("line break"));
  EXPECT_THAT(calls.call({.url = base + "/", .headers = {{"X A", "b"}}}).error, HasSubstr("not the name of a header"));
  EXPECT_THAT(calls.call({.method = "GET /\r\nX:", .url = base + "/"}).error, HasSubstr("not an HTTP method"));
}

TEST_F(Outbound, KeepsSecretsOutOfItsErrors) {
  closed_port const port;
  auto const answer = calls.call({.url = fmt::format("http://ana:hunter22@127.0.0.1:{}/?token=abcdef", port.number())});
  EXPECT_THAT(answer.error, AllOf(Not(testing::IsEmpty()), Not(HasSubstr("hunter22")), Not(HasSubstr("abcdef"))));
}

TEST_F(Outbound, UsesAConnectionAgain) {
  // Two calls one after the other to a server that closes nothing: the second needs no new connection, so a server
  // that takes only one at a time still answers it.
  context.on([&] {
    http_server::settings s{.listen = {"127.0.0.1", 0}, .connections = 1};
    server = std::make_unique<http_server>(context.io, s, show_request);
    server->start();
  });
  auto const url = fmt::format("http://127.0.0.1:{}/", server->port());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(calls.call({.url = url}).status, 200u) << i;
}

TEST_F(Outbound, CarriesManyCallsAtOnce) {
  auto const base = start();
  constexpr int many = 200;
  std::atomic<int> good = 0, over = 0;
  std::promise<void> all;
  for (int i = 0; i < many; ++i)
    calls.send({.url = base + "/" + std::to_string(i)}, [&, i](outbound_result result) {
      if (result.body.starts_with(fmt::format("GET /{}\n", i))) ++good;
      if (++over == many) all.set_value();
    });
  all.get_future().wait();
  EXPECT_EQ(good, many);
}

TEST_F(Outbound, SurvivesACallerThatThrows) {
  auto const base = start();
  std::promise<void> called;
  calls.send({.url = base + "/"}, [&](outbound_result) {
    called.set_value();
    throw std::runtime_error("caller's own mistake");
  });
  called.get_future().wait();
  EXPECT_EQ(calls.call({.url = base + "/"}).status, 200u);
}

TEST_F(Outbound, LetsADoneSendTheNextCall) {
  auto const base = start();
  std::promise<unsigned> second;
  calls.send({.url = base + "/1"}, [&](outbound_result) {
    calls.send({.url = base + "/2"}, [&](outbound_result result) { second.set_value(result.status); });
  });
  EXPECT_EQ(second.get_future().get(), 200u);
}

TEST(OutboundAlone, TellsWhoStillWaitsWhenItDies) {
  silent_port const port;
  std::string error;
  {
    outbound calls;
    calls.send({.url = fmt::format("http://127.0.0.1:{}/", port.number()), .timeout = 0s},
               [&](outbound_result result) { error = result.error; });
  }
  EXPECT_EQ(error, "cancelled: the program is shutting down");
}

}  // namespace
}  // namespace vendaval
