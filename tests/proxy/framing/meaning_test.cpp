#include "proxy/framing/meaning.hpp"

#include <gtest/gtest.h>

namespace vendaval::framing {
namespace {

std::vector<field> fields_of(std::vector<std::string_view> const& lines) {
  std::vector<field> all;
  for (auto const line : lines) {
    all.emplace_back();
    EXPECT_TRUE(read_field(line, all.back())) << line;
  }
  return all;
}

TEST(KeepsBodyBack, OnlyWhoExpectsAndHasABodyOfWhichNothingCameYet) {
  struct row {
    bool expects;
    body_framing body;
    std::size_t here;
    bool waits;
  };
  body_framing const none, five{body_kind::length, 5}, chunked{body_kind::chunked, 0};
  for (auto const& [expects, body, here, waits] :
       {row{true, five, 0, true}, row{true, chunked, 0, true}, row{true, five, 1, false}, row{true, chunked, 1, false},
        row{true, none, 0, false}, row{true, none, 9, false}, row{false, five, 0, false}}) {
    request_head head;
    head.expects_continue = expects;
    head.body = body;
    EXPECT_EQ(keeps_body_back(head, here), waits) << expects << static_cast<int>(body.kind) << here;
  }
}

TEST(RelaysInterim, AllButASecondInvitationAndNothingToHttp10) {
  EXPECT_TRUE(relays_interim(100, http_version::v11, false));
  EXPECT_FALSE(relays_interim(100, http_version::v11, true));
  EXPECT_TRUE(relays_interim(103, http_version::v11, true));
  EXPECT_FALSE(relays_interim(100, http_version::v10, false));
  EXPECT_FALSE(relays_interim(103, http_version::v10, false));
}

TEST(CameThrough, KnowsOurNameInAnyViaField) {
  for (auto const* line : {"Via: 1.1 us", "via: HTTP/1.0 US", "Via: 1.1 a, 1.1 us", "Via: 1.1 us (a comment), 1.1 b",
                           "Via: 1.1\tus", "Via: 1.1 us(x)"})
    EXPECT_TRUE(came_through(fields_of({"X: y", line}), "us")) << line;
  EXPECT_TRUE(came_through(fields_of({"Via: 1.1 a", "Via: 1.0 us"}), "us"));
}

TEST(CameThrough, TakesNothingElseForIt) {
  for (auto const* line : {"Via: 1.1 usa", "Via: us", "Via: us 1.1", "Via: 1.1 a (us)", "X-Via: 1.1 us", "Via:"})
    EXPECT_FALSE(came_through(fields_of({line}), "us")) << line;
}

TEST(SwitchesTo, OnlyWhatWasAskedForAndAgreedTo) {
  auto const switches = [](unsigned status, std::vector<std::string_view> const& lines, std::string_view asked) {
    response_head answer;
    answer.status = status;
    answer.fields = fields_of(lines);
    return switches_to(answer, asked);
  };
  EXPECT_TRUE(switches(101, {"Connection: upgrade", "Upgrade: WebSocket"}, "websocket"));
  EXPECT_FALSE(switches(101, {"Connection: upgrade", "Upgrade: websocket"}, ""));
  EXPECT_FALSE(switches(101, {"Connection: upgrade", "Upgrade: h2c"}, "websocket"));
  EXPECT_FALSE(switches(101, {"Upgrade: websocket"}, "websocket"));
  EXPECT_FALSE(switches(101, {"Connection: upgrade"}, "websocket"));
  EXPECT_FALSE(switches(200, {"Connection: upgrade", "Upgrade: websocket"}, "websocket"));
}

}  // namespace
}  // namespace vendaval::framing
