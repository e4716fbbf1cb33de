#include "sandbox/io/receiver.hpp"

#include "tests/sandbox/io/sandbox_fixture.hpp"

namespace vendaval::sandbox::test {
namespace {

struct Receiver : SandboxIo {
  inbox<received_message> came;
  receiver slack{{"127.0.0.1", 0}, leaf, [this](received_message const& m) { came.put(m); }};

  Receiver() { slack.start(); }
  outbound_result post(std::string body) {
    auto r = request_to(slack.port(), "/services/T0/B0/x");
    r.method = "POST";
    r.body = std::move(body);
    return client.call(r);
  }
};

TEST_F(Receiver, TakesAMessageAsSlackDoesAndTellsWhatCame) {
  auto const answer = post(R"({"text":"fora do ar"})");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_EQ(answer.body, "ok");
  auto const message = came.next();
  EXPECT_EQ(message.path, "/services/T0/B0/x");
  EXPECT_EQ(message.body, R"({"text":"fora do ar"})");
  EXPECT_EQ(message.answered, 200u);
  EXPECT_EQ(slack.messages().size(), 1u);
}

TEST_F(Receiver, MisbehavesAsOftenAsItIsToldAndThenNoMore) {
  slack.misbehave(429, 2, 30);
  for (int i = 0; i < 2; ++i) {
    auto const answer = post("{}");
    EXPECT_EQ(answer.status, 429u);
    EXPECT_EQ(find_header(answer.headers, "Retry-After"), "30");
  }
  auto const answer = post("{}");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_FALSE(find_header(answer.headers, "Retry-After"));
  slack.misbehave(500, 1);
  EXPECT_EQ(post("{}").status, 500u);
  EXPECT_EQ(slack.messages().size(), 4u);
}

TEST_F(Receiver, WantsAPost) {
  EXPECT_EQ(get(slack.port(), "/").status, 405u);
  EXPECT_TRUE(slack.messages().empty());
}

}  // namespace
}  // namespace vendaval::sandbox::test
