#include "sandbox/app/webhook_inbox.hpp"

#include <gmock/gmock.h>

namespace vendaval::sandbox {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(WebhookInbox, CountsWhatCameByItsType) {
  webhook_inbox inbox;
  for (auto const* body : {R"({"webhook_type":"TRANSACTIONS"})", R"({"webhook_type":"LINK"})",
                           R"({"webhook_type":"TRANSACTIONS","data":{}})"})
    inbox.take(body);
  EXPECT_EQ(inbox.count(), 3u);
  EXPECT_THAT(inbox.by_type(), ElementsAre(Pair("LINK", 1u), Pair("TRANSACTIONS", 2u)));
}

TEST(WebhookInbox, CountsAlsoWhatItCannotRead) {
  webhook_inbox inbox;
  for (auto const* body : {"", "no JSON", "[1]", R"({"webhook_type":7})", "{}"}) inbox.take(body);
  EXPECT_THAT(inbox.by_type(), ElementsAre(Pair("unreadable", 5u)));
}

}  // namespace
}  // namespace vendaval::sandbox
