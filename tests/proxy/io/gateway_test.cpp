#include "proxy/io/gateway.hpp"

#include <openssl/ssl.h>

#include <set>

#include "base/dice.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Gateway = GatewayTest;

std::string noise(std::size_t size) {
  dice d(3);
  std::string text(size, '\0');
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    auto const bits = d.bits();
    std::memcpy(&text[i], &bits, 8);
  }
  return text;
}

TEST_F(Gateway, PassesARequestAndItsAnswerOn) {
  start_echo();
  auto const got = ask(get("/itau/accounts/?page=2", "Authorization: Basic eDp5\r\nX-Odd:  kept \r\n"));
  EXPECT_EQ(got.first_line(), "HTTP/1.1 200 Said");
  EXPECT_EQ(got.body, "\"/itau/accounts/?page=2\"");
  EXPECT_EQ(got.header("Via"), "1.1 vendaval");
  auto const asked = upstream->asked();
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_THAT(asked[0].head, HasSubstr("\r\nX-Odd:  kept \r\n"));
  EXPECT_EQ(asked[0].header("Authorization"), "Basic eDp5");
  EXPECT_EQ(asked[0].header("Host"), "127.0.0.1:" + std::to_string(upstream->port()));
}

TEST_F(Gateway, KeepsBothConnectionsAlive) {
  settings.threads = 1;
  start_echo();
  auto const one = client();
  for (int i = 0; i < 20; ++i) {
    one->say(get("/itau/" + std::to_string(i)));
    EXPECT_EQ(hear_message(*one).body, "\"/itau/" + std::to_string(i) + "\"");
  }
  EXPECT_EQ(upstream->connections(), 1);
}

TEST_F(Gateway, AnswersPipelinedRequestsInOrder) {
  start_echo();
  auto const one = client();
  std::string all;
  for (int i = 0; i < 30; ++i)
    all += i % 3 == 0 ? post("/itau/" + std::to_string(i), "{}") : get("/itau/" + std::to_string(i));
  one->say(all);
  for (int i = 0; i < 30; ++i) EXPECT_EQ(hear_message(*one).body, "\"/itau/" + std::to_string(i) + "\"");
}

TEST_F(Gateway, StreamsTwentyMebibytesUpIntact) {
  auto const sent = noise(20 << 20);
  std::atomic<bool> same = false;
  start([&](wire& to, message request) {
    same = request.body == sent;
    to.say(answer("{}"));
  });
  auto const one = client();
  one->say(post("/itau/documents/", sent));
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
  EXPECT_TRUE(same);
}

TEST_F(Gateway, StreamsTwentyMebibytesDownIntact) {
  auto const sent = noise(20 << 20);
  start([&](wire& to, message) { to.say(answer(sent, "application/json")); });
  EXPECT_TRUE(ask(get("/itau/documents/")).body == sent);
}

TEST_F(Gateway, StreamsALargeChunkedAnswerIntact) {
  auto const sent = noise(3 << 20);
  start([&](wire& to, message) {
    to.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t at = 0; at < sent.size(); at += 1 << 16) to.say("10000\r\n" + sent.substr(at, 1 << 16) + "\r\n");
    to.say("0\r\n\r\n");
  });
  auto const got = ask(get("/itau/documents/"));
  EXPECT_EQ(got.header("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(got.body == sent);
}

TEST_F(Gateway, PassesChunkedRequestsOn) {
  start([](wire& to, message request) { to.say(answer("\"" + request.body + "\"")); });
  auto const head = "POST /itau/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(ask(head + std::string("2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n")).body, "\"hello\"");
}

TEST_F(Gateway, DecodesChunksForAClientOfHttp10) {
  start([](wire& to, message) {
    to.say(
        "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n0\r\n\r\n");
  });
  auto const one = client();
  one->say("GET /itau/ HTTP/1.0\r\n\r\n");
  auto const all = one->hear_all();
  EXPECT_THAT(all, Not(HasSubstr("chunked")));
  EXPECT_THAT(all, testing::EndsWith("\r\n\r\nhello"));
}

TEST_F(Gateway, PassesAnAnswerThatEndsWithItsConnection) {
  start([](wire& to, message) {
    to.say("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nhello");
    to.wake();
  });
  // The bank says no goodbye in TLS, so the end might be a cut: the client must not take it for whole.
  auto const one = client();
  one->say(get("/itau/"));
  one->hear_all();
  EXPECT_NE(one->ended(), asio::error::eof);
}

TEST_F(Gateway, AnswersHeadAndStatusesWithoutABody) {
  start([](wire& to, message request) {
    to.say(request.head.starts_with("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
                                            : "HTTP/1.1 204 Gone\r\n\r\n");
  });
  auto const one = client();
  one->say("HEAD /itau/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(hear_message(*one, true).header("Content-Length"), "500");
  one->say("DELETE /itau/1/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 204 Gone");
  one->say("HEAD /itau/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(hear_message(*one, true).header("Content-Length"), "500");
}

TEST_F(Gateway, PassesInterimAnswersOnButNotToHttp10) {
  start([](wire& to, message) {
    to.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + answer("{}"));
  });
  auto const one = client();
  one->say(get("/itau/"));
  EXPECT_EQ(one->hear_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\nVia: 1.1 vendaval\r\n\r\n");
  EXPECT_EQ(one->hear_until("\r\n\r\n"), "HTTP/1.1 103 Early Hints\r\nLink: a\r\nVia: 1.1 vendaval\r\n\r\n");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
  auto const old = client();
  old->say("GET /itau/ HTTP/1.0\r\n\r\n");
  EXPECT_EQ(hear_message(*old).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(Gateway, RefusesInterimAnswersWithoutEnd) {
  start([](wire& to, message) {
    for (int i = 0; i < 20; ++i) to.say("HTTP/1.1 103 Early Hints\r\n\r\n");
    to.hear_until("never");
  });
  auto const one = client();
  one->say(get("/itau/"));
  EXPECT_THAT(one->hear_until("interim answer nobody asked for"), HasSubstr("HTTP/1.1 502 Bad Gateway"));
}

TEST_F(Gateway, RefusesARequestThatHasBeenHereBefore) {
  start_echo();
  EXPECT_EQ(ask(get("/itau/", "Via: 1.1 other, 1.1 Vendaval\r\n")).first_line(), "HTTP/1.1 508 Loop Detected");
  EXPECT_EQ(ask(get("/itau/", "Via: 1.1 other\r\n")).first_line(), "HTTP/1.1 200 Said");
  ASSERT_EQ(upstream->asked().size(), 1u);
  EXPECT_THAT(upstream->asked()[0].head, HasSubstr("Via: 1.1 other\r\nVia: 1.1 vendaval\r\n"));
}

TEST_F(Gateway, AnswersOptionsThatMayGoNoFurtherAndCountsTheOthersDown) {
  start_echo();
  auto const options = [&](std::string const& target, std::string const& hops) {
    return ask("OPTIONS " + target + " HTTP/1.1\r\nHost: localhost\r\nMax-Forwards: " + hops + "\r\n\r\n");
  };
  EXPECT_EQ(options("*", "0").first_line(), "HTTP/1.1 204 No Content");
  EXPECT_TRUE(upstream->asked().empty());
  EXPECT_EQ(options("*", "3").body, "\"*\"");
  EXPECT_EQ(upstream->asked().at(0).header("Max-Forwards"), "2");
}

TEST_F(Gateway, RepeatsAnIdempotentRequestWhenAPooledConnectionDied) {
  settings.threads = 1;
  std::atomic<int> count = 0;
  start([&](wire& to, message) {
    if (++count == 2)
      to.wake();  // takes the second request and dies
    else
      to.say(answer("{}"));
  });
  auto const one = client();
  one->say(get("/itau/1"));
  hear_message(*one);
  one->say(get("/itau/2"));
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
  EXPECT_EQ(upstream->connections(), 2);
}

TEST_F(Gateway, S19_NeverRepeatsAPost) {
  settings.threads = 1;
  std::atomic<int> count = 0;
  start([&](wire& to, message) {
    if (++count == 2)
      to.wake();
    else
      to.say(answer("{}"));
  });
  auto const one = client();
  one->say(post("/itau/1", "{}"));
  hear_message(*one);
  one->say(post("/itau/2", "{}"));
  auto const got = hear_message(*one);
  EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_THAT(got.body, HasSubstr("\"error\":\"upstream_unreachable\""));
  EXPECT_EQ(upstream->asked().size(), 2u);
}

TEST_F(Gateway, AnswersBadGatewayWhenTheBankIsDown) {
  std::uint16_t closed_port = 0;
  {
    bank gone({}, [](wire&, message) {});
    closed_port = gone.port();
  }
  start_before(closed_port);
  auto const got = ask(get("/itau/", "Authorization: Basic c2VjcmV0\r\n"));
  EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_THAT(got.body, HasSubstr("\"error\":\"upstream_unreachable\""));
  EXPECT_THAT(got.body, Not(HasSubstr("c2VjcmV0")));
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::network);
  EXPECT_EQ(all[0].counts, weight::bad);
  EXPECT_FALSE(all[0].injected);
}

TEST_F(Gateway, NeverForwardsToABankThatIsNotWhoItShouldBe) {
  auto const wrong_name = ensure_leaf(ca, folder.path(), "other", {"other.test"});
  start([](wire& to, message) { to.say(answer("{}")); }, wrong_name);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(Gateway, NeverForwardsToABankWithACertificateOfAStrangeAuthority) {
  temporary_folder strange;
  auto const other = ensure_local_ca(strange.path());
  start([](wire& to, message) { to.say(answer("{}")); }, ensure_leaf(other, strange.path(), "bank", {"bank.test"}));
  auto const got = ask(get("/itau/"));
  EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_THAT(got.body, HasSubstr("no trusted TLS"));
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(Gateway, CallsAMalformedAnswerInvalid) {
  for (std::string const bad : {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/2 200\r\n\r\n",
                                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Le"}) {
    start([bad](wire& to, message) {
      to.say(bad);
      to.wake();
    });
    auto const got = ask(get("/itau/"));
    EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway") << bad;
    EXPECT_THAT(got.body, HasSubstr("\"error\":\"upstream_invalid\"")) << bad;
    auto const all = reports(1);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].result, outcome::upstream_invalid);
    reported.clear();
  }
}

TEST_F(Gateway, BreaksOffTowardsTheClientWhenTheBankBreaksOff) {
  start([](wire& to, message) {
    to.say("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    to.wake();
  });
  auto const one = client();
  one->say(get("/itau/"));
  auto const all = one->hear_all();
  EXPECT_THAT(all, Not(HasSubstr("0\r\n\r\n")));
  EXPECT_NE(one->ended(), asio::error::eof);
  auto const reported_as = reports(1);
  EXPECT_EQ(reported_as.at(0).result, outcome::upstream_invalid);
  EXPECT_EQ(reported_as.at(0).code, "truncated");
}

TEST_F(Gateway, CallsABrokenAnswerTheSameWhetherItWasLookedIntoOrStreamed) {
  settings.limits.inspect = bytes{1000};
  settings.limits.upstream_silence = 100ms;
  struct ending {
    char const* framing;
    char const* last_words;
    bool closes;
    outcome result;
    char const* code;
  };
  for (auto const& [framing, last_words, closes, result, code] :
       {ending{"Content-Length: 9000", "half", true, outcome::upstream_invalid, "truncated"},
        ending{"Transfer-Encoding: chunked", "5\r\nhello\r\n", true, outcome::upstream_invalid, "truncated"},
        ending{"Transfer-Encoding: chunked", "5\r\nhelloXX", false, outcome::upstream_invalid, "chunk"},
        ending{"Content-Length: 900", "half", false, outcome::timeout, ""},
        ending{"Content-Length: 900", "half", true, outcome::upstream_invalid, "truncated"}}) {
    for (auto const* type : {"application/json", "image/png"}) {  // the first is looked into, if it is small enough
      start([&](wire& to, message) {
        to.say("HTTP/1.1 200 OK\r\nContent-Type: " + std::string(type) + "\r\n" + framing + "\r\n\r\n" + last_words);
        closes ? to.wake() : void(to.hear_until("never"));
      });
      auto const one = client();
      one->say(get("/itau/", "Connection: close\r\n"));
      one->hear_all();
      auto const all = reports(1);
      ASSERT_EQ(all.size(), 1u) << framing << type;
      EXPECT_EQ(all[0].result, result) << framing << type;
      EXPECT_EQ(all[0].code, code) << framing << type;
      EXPECT_EQ(all[0].counts, weight::bad) << framing << type;
      EXPECT_EQ(proxy->counts().upstream_invalid.size(), *code ? 1u : 0u) << framing << type;
      reported.clear();
    }
  }
}

TEST_F(Gateway, NeverReusesAConnectionWithABytePastTheAnswer) {
  settings.threads = 1;
  start([](wire& to, message) { to.say(answer("{}") + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"); });
  auto const one = client();
  for (int i = 0; i < 3; ++i) {
    one->say(get("/itau/"));
    EXPECT_EQ(hear_message(*one).body, "{}");
  }
  EXPECT_EQ(upstream->connections(), 3);
  using count = std::pair<std::string_view, std::uint64_t>;
  EXPECT_EQ(reports(3).at(0).result, outcome::ok) << "the answer itself was whole";
  EXPECT_THAT(proxy->counts().upstream_invalid, testing::ElementsAre(count("surplus", 3)));  // counted after the answer
}

TEST_F(Gateway, PassesWhatIsStreamedOnAsItComes) {
  for (std::string const type : {"text/event-stream", "application/x-ndjson; charset=utf-8", "application/json-seq"}) {
    std::latch heard(1);
    start([&](wire& to, message) {
      to.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: " + type + "\r\n\r\n4\r\none\n\r\n");
      heard.wait();
      to.say("4\r\ntwo\n\r\n0\r\n\r\n");
    });
    auto const one = client();
    one->say(get("/itau/events"));
    EXPECT_THAT(one->hear_until("one\n\r\n"), HasSubstr("one\n")) << type;
    heard.count_down();
    EXPECT_EQ(one->hear_until("0\r\n\r\n"), "4\r\ntwo\n\r\n0\r\n\r\n") << type;
  }
}

TEST_F(Gateway, AnswersGatewayTimeoutWhenTheBankIsSilent) {
  settings.limits.first_byte = 100ms;
  start([](wire& to, message) { to.hear_until("never"); });
  auto const got = ask(get("/itau/"));
  EXPECT_EQ(got.first_line(), "HTTP/1.1 504 Gateway Timeout");
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::timeout);
  EXPECT_EQ(all[0].status, 504u);
}

TEST_F(Gateway, ClosesAConnectionThatSaysNothing) {
  settings.limits.idle = 100ms;
  start_echo();
  auto const one = client();
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_TRUE(reports(0).empty());
}

TEST_F(Gateway, ClosesAConnectionThatNeverFinishesItsHead) {
  settings.limits.head = 100ms;
  start_echo();
  auto const one = client();
  one->say("GET /itau/ HT");
  EXPECT_EQ(one->hear_all(), "");
}

TEST_F(Gateway, NoticesAClientThatLeavesWhileTheBankThinks) {
  std::latch asked(1);
  start([&](wire& to, message) {
    asked.count_down();
    to.hear_until("never");
  });
  auto one = client();
  one->say(get("/itau/"));
  asked.wait();
  one.reset();
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::client_gave_up);
  EXPECT_EQ(all[0].counts, weight::bad);
  EXPECT_EQ(all[0].status, 0u);
  EXPECT_EQ(all[0].first_byte, time_point{});
  EXPECT_FALSE(all[0].injected);
}

TEST_F(Gateway, ReportsEveryExchangeExactlyOnce) {
  start_echo();
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c)
    clients.emplace_back([this] {
      asio::io_context own;
      asio::ip::tcp::socket socket(own);
      socket.connect({asio::ip::address_v4::loopback(), proxy->port()});
      wire one(std::move(socket));
      one.connect_tls(ca.certificate, "localhost");
      for (int i = 0; i < 25; ++i) {
        one.say(get(i % 2 == 0 ? "/itau/a" : "/bb/a"));
        hear_message(one);
      }
    });
  for (auto& one : clients) one.join();
  auto const all = reports(200);
  EXPECT_EQ(all.size(), 200u);
  std::set<std::uint64_t> ids;
  for (auto const& e : all) {
    ids.insert(e.request);
    EXPECT_EQ(e.result, outcome::ok);
    EXPECT_EQ(e.status, 200u);
    EXPECT_LE(e.arrived, e.first_byte);
    EXPECT_LE(e.first_byte, e.ended);
  }
  EXPECT_EQ(ids.size(), 200u);
  EXPECT_EQ(std::ranges::count(all, "bb", &exchange::institution), 96);
  EXPECT_EQ(proxy->counts().requests, 200u);
  EXPECT_EQ(proxy->counts().connections, 8u);
}

TEST_F(Gateway, S12_CountsAsLostWhatNobodyFetched) {
  settings.threads = 1;
  settings.report_queue = 4;
  start_echo();
  auto const one = client();
  for (int i = 0; i < 10; ++i) {
    one->say(get("/itau/"));
    EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
  }
  proxy->stop();
  collect();
  EXPECT_EQ(reported.size() + proxy->counts().exchanges_lost, 10u);
  EXPECT_GE(proxy->counts().exchanges_lost, 5u);
}

TEST_F(Gateway, ShowsRequestsUnderWay) {
  std::latch go(1);
  start([&](wire& to, message) {
    go.wait();
    to.say(answer("{}"));
  });
  auto const one = client();
  one->say(get("/itau/slow"));
  std::uint64_t whose = 0;
  EXPECT_TRUE(seen_in_flight([&](auto const& all) {
    if (all.size() != 1 || all[0].institution != "itau" || all[0].held) return false;
    whose = all[0].client;
    return true;
  }));
  go.count_down();
  hear_message(*one);
  EXPECT_TRUE(seen_in_flight([](auto const& all) { return all.empty(); }));
  EXPECT_NE(whose, 0u);
  EXPECT_EQ(reports(1).at(0).client, whose) << "whose it is, is known before it ends";
}

TEST_F(Gateway, PointsPaginationAtItselfAndLearnsLinks) {
  settings.make_dialect = [] { return dialects::make_dialect("belvo", {}); };
  std::string const link = "2ccd5e15-194a-4a19-a45a-e7223c7e6717";
  start([&](wire& to, message request) {
    auto const own = "https://127.0.0.1:" + std::to_string(upstream->port());
    if (request.head.starts_with("POST /api/links/"))
      to.say(answer(R"({"id":")" + link + R"(","institution":"itau_br_retail"})", "application/json", 201));
    else
      to.say(answer(R"({"count":30,"next":")" + own + R"(/api/accounts/?page=2","previous":null,"results":[]})"));
  });
  ask(post("/api/links/", R"({"institution":"itau_br_retail","username":"u","password":"p"})"));
  // The links learned on one thread are told to the others: ask on many connections.
  for (int i = 0; i < 8; ++i) {
    auto const got = ask(get("/api/accounts/?link=" + link));
    EXPECT_THAT(got.body, HasSubstr(R"("next":"https://localhost/api/accounts/?page=2")"));
    EXPECT_EQ(got.header("Content-Length"), std::to_string(got.body.size()));
  }
  auto const all = reports(9);
  ASSERT_EQ(all.size(), 9u);
  EXPECT_EQ(all[0].what, operation::link);
  EXPECT_GE(std::ranges::count(all, all[0].institution, &exchange::institution), 8);
}

TEST_F(Gateway, AsksForNothingCompressed) {
  start_echo();
  ask(get("/itau/", "Accept-Encoding: gzip, deflate\r\n"));
  EXPECT_EQ(upstream->asked().at(0).header("Accept-Encoding"), "");
}

TEST_F(Gateway, S5_RefusesAnUpstreamOffTheAllowList) {
  settings.upstream.url = "https://api.belvo.com";
  try {
    gateway refused(settings);
    FAIL() << "was built";
  } catch (std::runtime_error const& e) {
    EXPECT_THAT(e.what(), HasSubstr("https://api.belvo.com is not on the allow-list"));
    EXPECT_THAT(e.what(), HasSubstr("127.0.0.1"));
  }
}

TEST_F(Gateway, SaysWhichPortIsTaken) {
  start_echo();
  settings.listen.port = proxy->port();
  try {
    gateway second(settings);
    FAIL() << "shares the port";
  } catch (std::runtime_error const& e) {
    EXPECT_THAT(e.what(), HasSubstr("127.0.0.1:" + std::to_string(proxy->port())));
  }
}

TEST_F(Gateway, RefusesAUrlItDoesNotUnderstand) {
  for (auto const* url : {"", "bank", "ftp://127.0.0.1", "https://127.0.0.1/api", "https://u:p@127.0.0.1"}) {
    settings.upstream.url = url;
    EXPECT_THROW(gateway{settings}, std::runtime_error) << url;
  }
}

TEST_F(Gateway, ServesPlainHttpToo) {
  settings.tls.reset();
  start_echo();
  auto const one = tcp_client();
  one->say(get("/itau/"));
  EXPECT_EQ(hear_message(*one).body, "\"/itau/\"");
}

TEST_F(Gateway, ClosesConnectionsPastItsLimit) {
  settings.limits.connections = 1;
  start_echo();
  auto const first = client();
  first->say(get("/itau/"));
  hear_message(*first);
  auto const second = tcp_client();
  EXPECT_EQ(second->hear_all(), "");
  first->say(get("/itau/"));
  EXPECT_EQ(hear_message(*first).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(Gateway, StopsWithRequestsUnderWay) {
  std::latch asked(1);
  start([&](wire& to, message) {
    asked.count_down();
    to.hear_until("never");
  });
  auto const one = client(), idle = client();
  one->say(get("/itau/"));
  asked.wait();
  proxy->stop();
  EXPECT_EQ(one->hear_all(), "");
  EXPECT_EQ(idle->hear_all(), "");
  collect();
  EXPECT_EQ(reported.size(), 1u);
}

}  // namespace
}  // namespace vendaval::test
