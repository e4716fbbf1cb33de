#include "monitor/history/clients.hpp"

#include <gmock/gmock.h>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using line = clients::line;

clients of(std::vector<std::pair<std::uint64_t, int>> calls) {
  clients all;
  for (auto const& [client, times] : calls)
    for (int i = 0; i != times; ++i) all.add(client, i == 0);
  return all;
}

TEST(Clients, AreCountedOneByOneTheBusiestFirst) {
  EXPECT_THAT(of({{7, 2}, {3, 5}, {9, 2}}).busiest(), ElementsAre(line{3, {5, 1}}, line{7, {2, 1}}, line{9, {2, 1}}));
}

TEST(Clients, AreNamedWhileTheyAreFewAndTheOthersAreOne) {
  auto const all = of({{1, 9}, {2, 5}, {3, 2}, {4, 1}});
  EXPECT_EQ(all.to_json(2), R"({"0000000000000001":[9,1],"0000000000000002":[5,1],"others":[3,2]})");
  EXPECT_EQ(of({{1, 1}}).to_json(2), R"({"0000000000000001":[1,1]})");
  EXPECT_EQ(clients().to_json(2), "{}");
}

TEST(Clients, ComeBackFromTheDatabaseAndMerge) {
  auto sum = clients::from_json(of({{1, 9}, {2, 5}, {3, 2}}).to_json(2));
  sum.merge(clients::from_json(of({{2, 6}, {4, 1}}).to_json(8)));
  EXPECT_THAT(sum.busiest(), ElementsAre(line{2, {11, 2}}, line{1, {9, 1}}, line{4, {1, 1}}));
  EXPECT_EQ(sum.others(), (client_calls{2, 1}));
}

TEST(Clients, AreBoundedWhoeverInventsNewOnesAndNoCallIsLost) {
  clients all;
  for (std::uint64_t n = 0; n != 10'000; ++n) all.add(n, false);
  EXPECT_THAT(all.busiest(), SizeIs(clients::apart));
  EXPECT_EQ(all.others().calls, static_cast<std::int64_t>(10'000 - clients::apart));
}

TEST(Clients, LeaveOutWhatCannotBeRead) {
  for (auto const* const odd : {"", "[]", "{\"x\": 1}", "{\"0000000000000001\": [1]}", "{\"0000000000000001\": [1, 2]}",
                                "{\"0000000000000001\": [\"a\", 0]}", "{\"1\": [1, 0]}"})
    EXPECT_THAT(clients::from_json(odd).busiest(), IsEmpty()) << odd;
}

}  // namespace
}  // namespace vendaval::monitor
