#include "proxy/toxics/http_units.hpp"

#include <gtest/gtest.h>

#include <map>

namespace vendaval::toxics {
namespace {

/// Which bytes belong to which unit, fed in pieces of that size.
std::map<std::uint64_t, std::string> requests(http_units& units, std::string const& all, std::size_t size) {
  std::map<std::uint64_t, std::string> result;
  for (std::size_t i = 0; i < all.size(); i += size)
    for (auto const& part : units.request(all.substr(i, size))) result[part.unit] += part.bytes;
  return result;
}
std::map<std::uint64_t, std::string> answers(http_units& units, std::string const& all, std::size_t size) {
  std::map<std::uint64_t, std::string> result;
  for (std::size_t i = 0; i < all.size(); i += size)
    for (auto const& part : units.answer(all.substr(i, size))) result[part.unit] += part.bytes;
  return result;
}

std::string const get = "GET /a HTTP/1.1\r\nHost: b\r\n\r\n";
std::string const post = "POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\n\r\nabc";
std::string const chunked = "POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
std::string const head = "HEAD /a HTTP/1.1\r\nHost: b\r\n\r\n";
std::string const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(HttpUnits, FindEveryRequestAndItsAnswerHoweverTheBytesCome) {
  for (std::size_t const size : {1u, 7u, 1000u}) {
    http_units units;
    EXPECT_EQ(requests(units, get + post + chunked + head + get, size),
              (std::map<std::uint64_t, std::string>{{1, get}, {2, post}, {3, chunked}, {4, head}, {5, get}}));
    std::string const bodiless = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    std::string const early = "HTTP/1.1 103 Early Hints\r\n\r\n";
    EXPECT_EQ(answers(units, ok + ok + early + ok + bodiless + ok, size),
              (std::map<std::uint64_t, std::string>{{1, ok}, {2, ok}, {3, early + ok}, {4, bodiless}, {5, ok}}))
        << "a HEAD has no body, and an interim answer belongs to the one it announces";
  }
}

TEST(HttpUnits, WhatIsNoHttpIsOneUnit) {
  http_units units;
  EXPECT_EQ(requests(units, "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n", 5).size(), 1u);
  EXPECT_EQ(answers(units, "+PONG\r\n+PONG\r\n", 5).size(), 1u);
}

TEST(HttpUnits, AWebSocketIsPartOfTheRequestThatOpenedIt) {
  http_units units;
  auto const upgrade =
      "GET /s HTTP/1.1\r\nHost: b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + std::string();
  units.request(get + upgrade);
  auto const switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + get;
  EXPECT_EQ(answers(units, ok + switched, 9), (std::map<std::uint64_t, std::string>{{1, ok}, {2, switched}}));
  EXPECT_EQ(requests(units, get, 100).begin()->first, 2u);
}

}  // namespace
}  // namespace vendaval::toxics
