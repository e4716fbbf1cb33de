#include "proxy/framing/head.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/dice.hpp"

namespace vendaval::framing {
namespace {

struct request_row {
  char const* about;
  std::string bytes;
  unsigned refused;  // 0 = accepted
};

std::string get(std::string const& lines) { return "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n"; }
std::string line(std::string const& first) { return first + "\r\nHost: a\r\n\r\n"; }
std::string host(std::string const& value) { return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n"; }
using namespace std::string_literals;

std::vector<request_row> const request_rows{
    {"a plain request", get(""), 0},
    {"an empty line before the request", "\r\n\r\n" + get(""), 0},
    {"too many empty lines", "\r\n\r\n\r\n\r\n\r\n" + get(""), 400},
    {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 0},
    {"HTTP/1.1 without Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\n", 505},
    {"HTTP/1.2", line("GET / HTTP/1.2"), 505},
    {"lower-case version", line("GET / http/1.1"), 400},
    {"no version", line("GET /"), 400},
    {"two blanks before the target", line("GET  / HTTP/1.1"), 400},
    {"two blanks before the version", line("GET /  HTTP/1.1"), 400},
    {"a tab as separator", line("GET\t/ HTTP/1.1"), 400},
    {"a blank after the version", line("GET / HTTP/1.1 "), 400},
    {"a blank before the method", line(" GET / HTTP/1.1"), 400},
    {"a method that is no token", line("GE(T / HTTP/1.1"), 400},
    {"an unknown method", line("BREW / HTTP/1.1"), 0},
    {"CONNECT", line("CONNECT a:443 HTTP/1.1"), 0},
    {"CONNECT without a port", line("CONNECT a HTTP/1.1"), 400},
    {"CONNECT with a path", line("CONNECT /a HTTP/1.1"), 400},
    {"CONNECT with a URL", line("CONNECT http://a:443 HTTP/1.1"), 400},
    {"CONNECT with a body", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", 400},
    {"TRACE", line("TRACE / HTTP/1.1"), 501},
    {"asterisk", line("OPTIONS * HTTP/1.1"), 0},
    {"asterisk of another method", line("GET * HTTP/1.1"), 400},
    {"asterisk with more", line("OPTIONS *a HTTP/1.1"), 400},
    {"authority-form", line("GET a:443 HTTP/1.1"), 400},
    {"a target without a slash", line("GET api HTTP/1.1"), 400},
    {"a fragment", line("GET /a#b HTTP/1.1"), 400},
    {"a control byte in the target", line("GET /a\x01 HTTP/1.1"), 400},
    {"an 8-bit byte in the target", line("GET /\xc3\xa7 HTTP/1.1"), 400},
    {"absolute-form", line("GET http://a/b?c HTTP/1.1"), 0},
    {"absolute-form with TLS", line("GET https://a.example:443/b HTTP/1.1"), 0},
    {"absolute-form without a path", line("GET http://a HTTP/1.1"), 0},
    {"absolute-form without a host", line("GET http:///b HTTP/1.1"), 400},
    {"absolute-form with user information", line("GET http://u:p@a/b HTTP/1.1"), 400},
    {"absolute-form of another scheme", line("GET ftp://a/b HTTP/1.1"), 400},
    {"absolute-form with a query but no path", line("GET http://a?b HTTP/1.1"), 400},
    {"a target too long", line("GET /" + std::string(9000, 'a') + " HTTP/1.1"), 414},
    {"a bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"a bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"a bare LF as the last line", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400},
    {"a bare CR in a value", get("X: a\rb\r\n"), 400},
    {"a NUL in a value", get("X: a\0b\r\n"s), 400},
    {"a NUL in a name", get("X\0: a\r\n"s), 400},
    {"a DEL in a value", get("X: a\x7f\r\n"), 400},
    {"an 8-bit byte in a value", get("X: caf\xc3\xa9\r\n"), 0},
    {"a tab in a value", get("X: a\tb\r\n"), 0},
    {"a folded line", get("X: a\r\n b\r\n"), 400},
    {"a folded line at the start", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"a blank before the colon", get("X : a\r\n"), 400},
    {"a tab before the colon", get("X\t: a\r\n"), 400},
    {"no colon", get("X\r\n"), 400},
    {"an empty name", get(": a\r\n"), 400},
    {"an empty value", get("X:\r\n"), 0},
    {"no blank after the colon", get("X:a\r\n"), 0},
    {"a name that is no token", get("X[]: a\r\n"), 400},
    {"an 8-bit byte in a name", get("\xc3\xa7: a\r\n"), 400},
    {"two Hosts", get("Host: a\r\n"), 400},
    {"two Hosts in different case", get("hOST: b\r\n"), 400},
    {"an empty Host", host(""), 400},
    {"a Host with a blank", host("a b"), 400},
    {"a Host with a slash", host("a/b"), 400},
    {"a Host with user information", host("u@h"), 400},
    {"a Host that is a list", host("a, b"), 400},
    {"a Host with an 8-bit byte", host("\xe9"), 400},
    {"a Host with a port", host("a:8443"), 0},
    {"a Host with an empty port", host("a:"), 400},
    {"a Host with a port too large", host("a:70000"), 400},
    {"a Host with a port that is no number", host("a:80x"), 400},
    {"a Host that is an IPv6 address", host("[::1]:80"), 0},
    {"a Host that is a broken IPv6 address", host("[::1"), 400},
    {"a Host that is an empty IPv6 address", host("[]"), 400},
    {"a Content-Length", get("Content-Length: 5\r\n"), 0},
    {"a signed Content-Length", get("Content-Length: +5\r\n"), 400},
    {"a negative Content-Length", get("Content-Length: -5\r\n"), 400},
    {"a hexadecimal Content-Length", get("Content-Length: 0x5\r\n"), 400},
    {"a Content-Length with a blank inside", get("Content-Length: 5 5\r\n"), 400},
    {"an empty Content-Length", get("Content-Length:\r\n"), 400},
    {"a Content-Length past 64 bits", get("Content-Length: 99999999999999999999\r\n"), 400},
    {"equal Content-Lengths", get("Content-Length: 5\r\nContent-Length: 5\r\n"), 0},
    {"equal Content-Lengths in a list", get("Content-Length: 5, 5\r\n"), 0},
    {"different Content-Lengths", get("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
    {"different Content-Lengths in a list", get("Content-Length: 5, 6\r\n"), 400},
    {"a Content-Length list that ends with a comma", get("Content-Length: 5,\r\n"), 400},
    {"a Content-Length list with a gap", get("Content-Length: 5,,5\r\n"), 400},
    {"a Content-Length with an underscore", get("Content_Length: 5\r\n"), 400},
    {"a Transfer-Encoding with an underscore", get("Transfer_Encoding: chunked\r\n"), 400},
    {"chunked", get("Transfer-Encoding: chunked\r\n"), 0},
    {"chunked in capitals", get("Transfer-Encoding: CHUNKED\r\n"), 0},
    {"chunked twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"chunked twice in a list", get("Transfer-Encoding: chunked, chunked\r\n"), 501},
    {"gzip and chunked", get("Transfer-Encoding: gzip, chunked\r\n"), 501},
    {"chunked and gzip", get("Transfer-Encoding: chunked, gzip\r\n"), 501},
    {"identity", get("Transfer-Encoding: identity\r\n"), 501},
    {"xchunked", get("Transfer-Encoding: xchunked\r\n"), 501},
    {"quoted chunked", get("Transfer-Encoding: \"chunked\"\r\n"), 501},
    {"comma before chunked", get("Transfer-Encoding: ,chunked\r\n"), 501},
    {"an empty Transfer-Encoding", get("Transfer-Encoding:\r\n"), 400},
    {"Transfer-Encoding and Content-Length", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
    {"Content-Length and Transfer-Encoding", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"expecting 100-continue", get("Expect: 100-continue\r\n"), 0},
    {"expecting something else", get("Expect: coffee\r\n"), 417},
    {"too many fields", get([] {
       std::string all;
       for (int i = 0; i < 120; ++i) all += "X: a\r\n";
       return all;
     }()),
     431},
    {"a head too large", get("X: " + std::string(40000, 'a') + "\r\n"), 431},
    {"an endless line", "GET /" + std::string(40000, 'a'), 431},
};

class RequestHead : public testing::TestWithParam<request_row> {};

TEST_P(RequestHead, IsAcceptedOrRefusedByTheRule) {
  auto const& row = GetParam();
  request_head head;
  auto const seen = read_request(row.bytes, {}, head);
  EXPECT_NE(seen.what, verdict::kind::need_more) << row.about;
  EXPECT_EQ(seen.status, row.refused) << row.about << ": " << seen.reason;
  if (row.refused != 0) EXPECT_FALSE(seen.reason.empty()) << row.about;
}

TEST_P(RequestHead, GetsTheSameVerdictHoweverItIsSplit) {
  auto const& row = GetParam();
  request_head head;
  auto const whole = read_request(row.bytes, {}, head);
  dice d(7, dice::key(row.about));
  for (std::size_t size = 0; size < row.bytes.size(); size += 1 + d.below(row.bytes.size() / 50 + 1)) {
    auto const part = read_request(row.bytes.substr(0, size), {}, head);
    if (part.what == verdict::kind::need_more) continue;
    EXPECT_EQ(part.what, whole.what) << row.about << " after " << size << " bytes";
    EXPECT_EQ(part.status, whole.status) << row.about;
    EXPECT_EQ(part.reason, whole.reason) << row.about;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRule, RequestHead, testing::ValuesIn(request_rows),
                         [](auto const& info) { return "Row" + std::to_string(info.index); });

request_head accepted(std::string_view bytes) {
  request_head head;
  EXPECT_TRUE(read_request(bytes, {}, head).whole()) << bytes;
  return head;
}

TEST(ReadRequest, GivesViewsOfWhatWasSent) {
  std::string const bytes =
      "POST /api/links/?a=b HTTP/1.1\r\nHost: bank:8443\r\nX-A:  v  \r\nContent-Length: 7\r\n\r\nrest";
  auto const head = accepted(bytes);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/api/links/?a=b");
  EXPECT_EQ(head.authority, "bank:8443");
  EXPECT_EQ(value_of(head.fields, "x-a"), "v");
  EXPECT_EQ(head.fields[1].line, "X-A:  v  ");
  EXPECT_EQ(head.body, (body_framing{body_kind::length, 7}));
  EXPECT_EQ(bytes.substr(head.size), "rest");
}

TEST(ReadRequest, TakesTheHostOfAnAbsoluteTargetOverTheField) {
  auto const head = accepted("GET https://bank/x HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(head.form, target_form::absolute);
  EXPECT_EQ(head.scheme, "https");
  EXPECT_EQ(head.authority, "bank");
  EXPECT_EQ(head.target, "/x");
  EXPECT_EQ(accepted("GET https://bank HTTP/1.1\r\nHost: bank\r\n\r\n").target, "/");
}

TEST(ReadRequest, KnowsWhetherTheConnectionGoesOn) {
  EXPECT_TRUE(accepted(get("")).keep_alive);
  EXPECT_FALSE(accepted(get("Connection: foo, Close\r\n")).keep_alive);
  EXPECT_FALSE(accepted("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(accepted("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(accepted(get("Connection: keep-alive\r\nConnection: close\r\n")).keep_alive);
}

TEST(ReadRequest, NeverExpects100ContinueFromHttp10) {
  EXPECT_TRUE(accepted(get("Expect: 100-Continue\r\nContent-Length: 1\r\n")).expects_continue);
  EXPECT_FALSE(accepted("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n").expects_continue);
}

TEST(ReadRequest, TellsTheFourFormsOfATargetApart) {
  EXPECT_EQ(accepted(get("")).form, target_form::origin);
  auto const connect = accepted("CONNECT bank:443 HTTP/1.1\r\nHost: other\r\n\r\n");
  EXPECT_EQ(connect.form, target_form::authority);
  EXPECT_EQ(connect.authority, "bank:443");
  auto const server = accepted("OPTIONS * HTTP/1.1\r\nHost: bank\r\n\r\n");
  EXPECT_EQ(server.form, target_form::asterisk);
  EXPECT_EQ(server.authority, "bank");
  EXPECT_EQ(accepted("OPTIONS http://bank HTTP/1.1\r\nHost: bank\r\n\r\n").target, "*");
}

TEST(ReadRequest, SeesAWishToSwitchToWebSocketAndToNothingElse) {
  std::string const asks = "Connection: keep-alive, Upgrade\r\n";
  EXPECT_EQ(accepted(get(asks + "Upgrade: websocket\r\n")).upgrade, "websocket");
  EXPECT_EQ(accepted(get("Upgrade: websocket\r\n")).upgrade, "") << "Connection does not name it";
  EXPECT_EQ(accepted(get(asks + "Upgrade: h2c\r\n")).upgrade, "");
  EXPECT_EQ(accepted(get(asks + "Upgrade: websocket, h2c\r\n")).upgrade, "");
  EXPECT_EQ(accepted(get(asks + "Upgrade: websocket\r\nUpgrade: h2c\r\n")).upgrade, "");
  EXPECT_EQ(accepted(get(asks + "Upgrade: websocket\r\nContent-Length: 5\r\n")).upgrade, "");
  EXPECT_EQ(accepted("GET / HTTP/1.0\r\n" + asks + "Upgrade: websocket\r\n\r\n").upgrade, "");
}

TEST(ReadRequest, CountsForwardsOfOptionsOnly) {
  EXPECT_EQ(accepted("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n").max_forwards, 3u);
  EXPECT_EQ(accepted("OPTIONS / HTTP/1.1\r\nHost: a\r\nMax-Forwards: x\r\n\r\n").max_forwards, std::nullopt);
  EXPECT_EQ(accepted(get("Max-Forwards: 3\r\n")).max_forwards, std::nullopt);
}

TEST(ReadRequest, CarriesNothingOverFromTheHeadBefore) {
  request_head head;
  read_request(get("Content-Length: 5\r\nConnection: close\r\nExpect: 100-continue\r\n"), {}, head);
  auto const next = get("");
  ASSERT_TRUE(read_request(next, {}, head).whole());
  EXPECT_EQ(head.fields.size(), 1u);
  EXPECT_EQ(head.body.kind, body_kind::none);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
}

struct response_row {
  char const* about;
  char const* method;
  std::string bytes;
  bool refused;
  body_framing body;
};

std::string answer(std::string const& status, std::string const& lines = "") {
  return "HTTP/1.1 " + status + "\r\n" + lines + "\r\n";
}

std::vector<response_row> const response_rows{
    {"a length", "GET", answer("200 OK", "Content-Length: 5\r\n"), false, {body_kind::length, 5}},
    {"length zero", "GET", answer("200 OK", "Content-Length: 0\r\n"), false, {body_kind::none, 0}},
    {"chunked", "GET", answer("200 OK", "Transfer-Encoding: chunked\r\n"), false, {body_kind::chunked, 0}},
    {"neither", "GET", answer("200 OK"), false, {body_kind::until_close, 0}},
    {"HEAD", "HEAD", answer("200 OK", "Content-Length: 5\r\n"), false, {}},
    {"HEAD, chunked", "HEAD", answer("200 OK", "Transfer-Encoding: chunked\r\n"), false, {}},
    {"204", "DELETE", answer("204 No Content"), false, {}},
    {"204 with a length", "DELETE", answer("204 No Content", "Content-Length: 5\r\n"), false, {}},
    {"100 with a length", "GET", answer("100 Continue", "Content-Length: 5\r\n"), true, {}},
    {"103 that is chunked", "GET", answer("103 Early Hints", "Transfer-Encoding: chunked\r\n"), true, {}},
    {"304", "GET", answer("304 Not Modified", "Content-Length: 5\r\n"), false, {}},
    {"100", "GET", answer("100 Continue"), false, {}},
    {"no reason", "GET", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", false, {}},
    {"no blank after the status", "GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false, {}},
    {"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", false, {body_kind::length, 1}},
    {"HTTP/1.0 and chunked", "GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true, {}},
    {"HTTP/2", "GET", "HTTP/2 200 OK\r\n\r\n", true, {}},
    {"two digits", "GET", answer("20 OK"), true, {}},
    {"four digits", "GET", answer("2000 OK"), true, {}},
    {"no digits", "GET", answer("abc OK"), true, {}},
    {"status below 100", "GET", answer("099 OK"), true, {}},
    {"a control byte in the reason", "GET", answer("200 O\x01K"), true, {}},
    {"both framings", "GET", answer("200 OK", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), true, {}},
    {"different lengths", "GET", answer("200 OK", "Content-Length: 5\r\nContent-Length: 6\r\n"), true, {}},
    {"equal lengths",
     "GET",
     answer("200 OK", "Content-Length: 5\r\nContent-Length: 5\r\n"),
     false,
     {body_kind::length, 5}},
    {"gzip coding", "GET", answer("200 OK", "Transfer-Encoding: gzip\r\n"), true, {}},
    {"folded", "GET", answer("200 OK", "X: a\r\n b\r\n"), true, {}},
    {"blank before colon", "GET", answer("200 OK", "X : a\r\n"), true, {}},
    {"bare LF", "GET", "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", true, {}},
    {"garbage", "GET", "\x16\x03\x01\r\n", true, {}},
};

class ResponseHead : public testing::TestWithParam<response_row> {};

TEST_P(ResponseHead, SaysHowItsBodyEnds) {
  auto const& row = GetParam();
  response_head head;
  auto const seen = read_response(row.bytes, row.method, {}, head);
  EXPECT_EQ(seen.refused(), row.refused) << row.about << ": " << seen.reason;
  if (row.refused)
    EXPECT_EQ(seen.status, 502u) << row.about;
  else
    EXPECT_EQ(head.body, row.body) << row.about;
}

TEST(ReadResponse, KeepsNoConnectionOnWhichABodyMayFollowThatIsNone) {
  auto const goes_on = [](std::string const& bytes) {
    response_head head;
    EXPECT_TRUE(read_response(bytes, "DELETE", {}, head).whole()) << bytes;
    return head.keep_alive;
  };
  EXPECT_TRUE(goes_on(answer("204 No Content")));
  EXPECT_TRUE(goes_on(answer("204 No Content", "Content-Length: 0\r\n")));
  EXPECT_FALSE(goes_on(answer("204 No Content", "Content-Length: 5\r\n")));
  EXPECT_FALSE(goes_on(answer("204 No Content", "Transfer-Encoding: chunked\r\n")));
}

INSTANTIATE_TEST_SUITE_P(EveryRule, ResponseHead, testing::ValuesIn(response_rows),
                         [](auto const& info) { return "Row" + std::to_string(info.index); });

}  // namespace
}  // namespace vendaval::framing
