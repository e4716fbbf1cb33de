#include "proxy/framing/rewrite.hpp"

#include <gmock/gmock.h>

#include <string>

namespace vendaval::framing {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string forwarded(std::string const& bytes, body_framing body = {}) {
  request_head head;
  EXPECT_TRUE(read_request(bytes, {}, head).whole()) << bytes;
  std::string out;
  write_request(head, {"bank.example", body}, out);
  return out;
}

std::string answered(std::string const& bytes, response_changes const& changes, std::string_view method = "GET") {
  response_head head;
  EXPECT_TRUE(read_response(bytes, method, {}, head).whole()) << bytes;
  std::string out;
  write_response(head, changes, out);
  return out;
}

TEST(WriteRequest, CopiesWhatIsTheClientsByteForByte) {
  EXPECT_EQ(forwarded("GET /a?b=%20 HTTP/1.1\r\nHost: proxy:8443\r\naUTHORIZATION:Basic eDp5 \r\nX-A:  1\t\r\n\r\n"),
            "GET /a?b=%20 HTTP/1.1\r\nHost: bank.example\r\naUTHORIZATION:Basic eDp5 \r\nX-A:  1\t\r\n"
            "Via: 1.1 vendaval\r\n\r\n");
}

TEST(WriteRequest, DropsWhatConcernsThisHopOnly) {
  auto const out = forwarded(
      "GET / HTTP/1.1\r\nHost: p\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nProxy-Connection: a\r\n"
      "Proxy-Authorization: b\r\nTE: trailers\r\nTrailer: X\r\nUpgrade: h2c\r\nHTTP2-Settings: c\r\nX-Stays: "
      "d\r\n\r\n");
  EXPECT_EQ(out, "GET / HTTP/1.1\r\nHost: bank.example\r\nX-Stays: d\r\nVia: 1.1 vendaval\r\n\r\n");
}

TEST(WriteRequest, KeepsWhatConnectionMayNotTakeAway) {
  auto const out = forwarded(
      "POST / HTTP/1.1\r\nHost: p\r\nConnection: Authorization, Cookie, Host, Content-Length\r\nAuthorization: a\r\n"
      "Cookie: b\r\nContent-Length: 3\r\n\r\n",
      {body_kind::length, 3});
  EXPECT_THAT(out, HasSubstr("Authorization: a\r\n"));
  EXPECT_THAT(out, HasSubstr("Cookie: b\r\n"));
  EXPECT_THAT(out, HasSubstr("Host: bank.example\r\n"));
  EXPECT_THAT(out, HasSubstr("Content-Length: 3\r\n"));
}

TEST(WriteRequest, FramesAnewAndNeverTwice) {
  auto const length =
      forwarded("POST / HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n", {body_kind::length, 9});
  EXPECT_THAT(length, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(length, Not(HasSubstr("chunked")));
  auto const chunked =
      forwarded("POST / HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n", {body_kind::chunked, 0});
  EXPECT_THAT(chunked, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(chunked, Not(HasSubstr("Content-Length")));
  auto const folded = forwarded("POST / HTTP/1.1\r\nHost: p\r\nContent-Length: 5, 5\r\n\r\n", {body_kind::length, 5});
  EXPECT_THAT(folded, HasSubstr("Content-Length: 5\r\n"));
}

TEST(WriteRequest, SaysThatAPostHasNoBody) {
  EXPECT_THAT(forwarded("POST / HTTP/1.1\r\nHost: p\r\n\r\n"), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(forwarded("GET / HTTP/1.1\r\nHost: p\r\n\r\n"), Not(HasSubstr("Content-Length")));
}

TEST(WriteRequest, AsksForNoCompression) {
  auto const out = forwarded("GET / HTTP/1.1\r\nHost: p\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_THAT(out, Not(HasSubstr("gzip")));
}

TEST(WriteRequest, PassesAnExpectationOnOnceAndOnlyWhenTold) {
  std::string const bytes = "PUT / HTTP/1.1\r\nHost: p\r\nexpect: 100-Continue\r\nContent-Length: 5\r\n\r\n";
  request_head head;
  ASSERT_TRUE(read_request(bytes, {}, head).whole());
  std::string out;
  write_request(head, {.host = "bank", .body = head.body, .expect = true}, out);
  EXPECT_EQ(out,
            "PUT / HTTP/1.1\r\nHost: bank\r\nExpect: 100-continue\r\nContent-Length: 5\r\nVia: 1.1 vendaval\r\n\r\n");
  EXPECT_THAT(forwarded(bytes, head.body), Not(HasSubstr("xpect")));
}

TEST(WriteRequest, SpeaksHttp11WhateverTheClientSpoke) {
  auto const out = forwarded("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(out, HasSubstr("GET / HTTP/1.1\r\nHost: bank.example\r\n"));
  EXPECT_THAT(out, HasSubstr("Via: 1.0 vendaval\r\n"));
}

TEST(WriteRequest, TurnsAbsoluteFormIntoOriginForm) {
  EXPECT_THAT(forwarded("GET https://bank.example/x?y HTTP/1.1\r\nHost: q\r\n\r\n"),
              HasSubstr("GET /x?y HTTP/1.1\r\n"));
}

TEST(WriteRequest, PassesAnUpgradeOnOnlyWhenTold) {
  std::string const bytes =
      "GET / HTTP/1.1\r\nHost: p\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n";
  request_head head;
  ASSERT_TRUE(read_request(bytes, {}, head).whole());
  std::string out;
  write_request(head, {"bank", {}, true}, out);
  EXPECT_EQ(out,
            "GET / HTTP/1.1\r\nHost: bank\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n"
            "Upgrade: websocket\r\nVia: 1.1 vendaval\r\n\r\n");
  EXPECT_THAT(forwarded(bytes), Not(HasSubstr("Upgrade")));
}

TEST(WriteRequest, CountsForwardsDown) {
  EXPECT_THAT(
      forwarded("OPTIONS * HTTP/1.1\r\nHost: p\r\nmax-forwards: 7\r\n\r\n"),
      testing::AllOf(HasSubstr("OPTIONS * HTTP/1.1\r\n"), HasSubstr("Max-Forwards: 6\r\n"), Not(HasSubstr("7"))));
}

TEST(WriteResponse, PassesTheSwitchOnThatWasAskedFor) {
  response_changes changes;
  changes.upgrade = true;
  EXPECT_EQ(
      answered("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", changes),
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nVia: 1.1 vendaval\r\n\r\n");
}

TEST(WriteResponse, CopiesWhatIsTheBanksByteForByte) {
  EXPECT_EQ(answered("HTTP/1.1 201 Made\r\nserver:  x \r\nContent-Length: 2\r\nKeep-Alive: 5\r\n\r\n",
                     {{body_kind::length, 2}, http_version::v11, true, {}, {}}),
            "HTTP/1.1 201 Made\r\nserver:  x \r\nContent-Length: 2\r\nVia: 1.1 vendaval\r\n\r\n");
}

TEST(WriteResponse, TellsTheClientWhetherTheConnectionGoesOn) {
  std::string const bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n";
  body_framing const two{body_kind::length, 2};
  EXPECT_THAT(answered(bytes, {two, http_version::v11, false, {}, {}}), HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answered(bytes, {two, http_version::v11, true, {}, {}}), Not(HasSubstr("Connection")));
  EXPECT_THAT(answered(bytes, {two, http_version::v10, true, {}, {}}), HasSubstr("Connection: keep-alive\r\n"));
}

TEST(WriteResponse, KeepsTheLengthThatDescribesAnAnswerToHead) {
  auto const out = answered("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n", {}, "HEAD");
  EXPECT_THAT(out, HasSubstr("Content-Length: 5\r\n"));
}

TEST(WriteResponse, WritesNoFramingForAnswersWithoutABody) {
  for (auto const* status : {"204 No Content", "304 Not Modified"})
    EXPECT_THAT(answered("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 5\r\n\r\n", {}),
                Not(HasSubstr("Content-Length")));
}

TEST(WriteResponse, PointsRedirectsToTheUpstreamAtTheProxy) {
  response_changes changes;
  changes.from_origin = "https://bank";
  changes.to_origin = "https://proxy:1";
  auto const moved = [&](std::string const& to) {
    return answered("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + to + "\r\n\r\n", changes);
  };
  EXPECT_THAT(moved("https://bank/x"), HasSubstr("Location: https://proxy:1/x\r\n"));
  EXPECT_THAT(moved("https://bank.evil/x"), HasSubstr("Location: https://bank.evil/x\r\n"));
  EXPECT_THAT(moved("/x"), HasSubstr("Location: /x\r\n"));
}

}  // namespace
}  // namespace vendaval::framing
