// Peers that are slow, greedy or early.
#include <fstream>

#include "tests/proxy/io/raw_bank.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

class GatewayLimits : public GatewayTest {
 protected:
  /// So little patience that a test need not wait long.
  void be_impatient() {
    settings.limits.grace = 300ms;
    settings.limits.silence = 400ms;
    settings.limits.minimum_rate = bytes{1 << 20};
  }
};

std::string post_head(std::size_t length) {
  return "POST /itau/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: " +
         std::to_string(length) + "\r\n\r\n";
}

TEST_F(GatewayLimits, ABodyThatTricklesInIsCutOffAndNobodyElseBlamed) {
  be_impatient();
  start_echo();
  auto const one = client();
  one->say(post_head(1000) + "a few bytes");
  EXPECT_EQ(one->hear_all(), "");
  auto const all = reports(1);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::client_gone);
  EXPECT_EQ(all[0].counts, weight::neither);
}

TEST_F(GatewayLimits, AnAnswerNobodyReadsIsCutOff) {
  be_impatient();
  settings.tls.reset();
  std::string const large(32 << 20, 'x');
  start([&](wire& to, message) { to.say(answer(large, "image/png")); });
  auto const one = tcp_client();
  one->say(get("/itau/"));
  auto const all = reports(1);  // before anything is read
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].result, outcome::client_gone);
  EXPECT_LT(one->hear_all().size(), large.size());
  EXPECT_EQ(one->ended(), asio::error::connection_reset);
}

TEST_F(GatewayLimits, AnAnswerThatFitsTheSystemsBufferDoesNotHideASlowReader) {
  be_impatient();
  settings.tls.reset();
  std::string const body(1 << 20, 'x');
  start([body](wire& to, message) { to.say(answer(body, "image/png")); });
  asio::ip::tcp::socket socket(io);
  socket.open(asio::ip::tcp::v4());
  socket.set_option(asio::socket_base::receive_buffer_size(2048));
  socket.connect({asio::ip::address_v4::loopback(), proxy->port()});
  wire one(std::move(socket));
  one.say(get("/itau/"));
  auto const give_up = std::chrono::steady_clock::now() + 10s;
  while ((proxy->counts().requests == 0 || proxy->open() > 0) && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(5ms);
  EXPECT_EQ(proxy->open(), 0u);
}

TEST_F(GatewayLimits, AClientIsNotBlamedForASlowBank) {
  be_impatient();
  settings.limits.grace = settings.limits.silence = 1s;
  raw_bank slow([](wire& from) {
    std::this_thread::sleep_for(1500ms);  // longer than any patience with a client
    from.hear_until("\r\n\r\n");
    from.hear(16 << 20);
    from.say(answer("{}"));
  });
  start_before(slow.port(), "http");
  auto const one = client();
  one->say(post_head(16 << 20) + std::string(16 << 20, 'x'));
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(GatewayLimits, ARequestHeldByAFaultDoesNotUseUpTheClientsTime) {
  be_impatient();
  start_echo();
  arm({latency(1s)});
  auto const one = client();
  one->say(post_head(4));
  ASSERT_TRUE(held_in_flight(1));
  one->say("body");
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(GatewayLimits, AnAnswerMayOvertakeTheBody) {
  raw_bank hasty([](wire& from) {
    from.hear_until("\r\n\r\n");
    from.say(answer("{\"no\":1}", "application/json", 413));
    from.hear_until("never");
  });
  start_before(hasty.port(), "http");
  auto const one = client();
  one->say(post_head(1 << 30) + "the first of many bytes");
  auto const got = hear_message(*one);
  EXPECT_EQ(got.first_line(), "HTTP/1.1 413 Said");
  EXPECT_EQ(got.header("Connection"), "close");
  EXPECT_EQ(got.body, "{\"no\":1}");
  EXPECT_EQ(reports(1).at(0).status, 413u);
}

TEST_F(GatewayLimits, AnEarlyAnswerReachesAClientThatIsStillSending) {
  raw_bank hasty([](wire& from) {
    from.hear_until("\r\n\r\n");
    from.say(answer("{}", "application/json", 401));
  });
  start_before(hasty.port(), "http");
  auto const one = client();
  one->say(post_head(64 << 20) + std::string(8 << 20, 'x'));
  EXPECT_EQ(hear_message(*one).first_line(), "HTTP/1.1 401 Said");
}

TEST_F(GatewayLimits, ABankMayAnswerPieceByPieceWhileTheBodyComes) {
  raw_bank parrot([](wire& from) {
    from.hear_until("\r\n\r\n");
    from.say("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 6\r\n\r\n");
    for (int i = 0; i < 3; ++i) from.say(from.hear(2));
  });
  start_before(parrot.port(), "http");
  auto const one = client();
  one->say(post_head(6) + "ab");
  one->hear_until("\r\n\r\n");
  EXPECT_EQ(one->hear(2), "ab");
  one->say("cd");
  EXPECT_EQ(one->hear(2), "cd");
  one->say("ef");
  EXPECT_EQ(one->hear(2), "ef");
}

TEST_F(GatewayLimits, ABodyLargerThanAllowedIsRefused) {
  settings.limits.body_size = bytes{1000};
  start_echo();
  EXPECT_EQ(ask(post("/itau/", std::string(1001, 'x'))).first_line(), "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(ask("POST /itau/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" +
                std::string(1024, 'x') + "\r\n0\r\n\r\n")
                .first_line(),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(ask(post("/itau/", std::string(1000, 'x'))).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(GatewayLimits, OneClientCannotTakeEveryConnection) {
  settings.limits.connections_per_client = 2;
  start_echo();
  auto first = client();
  auto const second = client();
  EXPECT_EQ(tcp_client()->hear_all(), "");
  EXPECT_EQ(proxy->counts().turned_away, 1u);
  first->say(get("/itau/", "Connection: close\r\n"));
  EXPECT_EQ(hear_message(*first).first_line(), "HTTP/1.1 200 Said");
  first.reset();
  while (proxy->open() > 1) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 200 Said");
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0, resident = 0;
  statm >> all >> resident;
  return resident * 4096;
}

TEST_F(GatewayLimits, NoBodyIsHeldInMemoryWhateverItsSize) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "a sanitizer keeps what was freed, and memory of its own";
#endif
  constexpr std::size_t pieces = 200, piece_size = 1 << 20;
  std::string const piece(piece_size, 'x');
  raw_bank bank([&](wire& from) {
    from.hear_until("\r\n\r\n");
    for (std::size_t i = 0; i < pieces; ++i) from.hear(piece_size);
    from.say("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: " + std::to_string(pieces * piece_size) +
             "\r\n\r\n");
    for (std::size_t i = 0; i < pieces; ++i) from.say(piece);
  });
  settings.tls.reset();
  start_before(bank.port(), "http");
  auto const one = tcp_client();
  one->say(post_head(pieces * piece_size));
  one->say(piece);
  auto const before = resident_bytes();
  std::size_t most = before;
  for (std::size_t i = 1; i < pieces; ++i) {
    ASSERT_TRUE(one->say(piece));
    most = std::max(most, resident_bytes());
  }
  one->hear_until("\r\n\r\n");
  for (std::size_t i = 0; i < pieces; ++i) {
    ASSERT_EQ(one->hear(piece_size).size(), piece_size);
    most = std::max(most, resident_bytes());
  }
  EXPECT_LT(most - before, 16u << 20) << "of 400 MiB that passed; the ends of this test hold a few themselves";
}

}  // namespace
}  // namespace vendaval::test
