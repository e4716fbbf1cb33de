#include "controller/read_delays.hpp"

#include <gmock/gmock.h>

#include "tests/proxy/faults/reading.hpp"

namespace vendaval::controller {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ReadDelays, TakesDurationsAndBareMillisecondsInAnyOrder) {
  auto const delays = read_delays("# from the access log of March\r\n0.3s\r\n 120 \n\n80ms\n1.5\n", "delays.txt");
  ASSERT_TRUE(delays);
  EXPECT_THAT(*delays, ElementsAre(1500us, 80ms, 120ms, 300ms));
}

TEST(ReadDelays, TellsEveryMistakeWithItsLine) {
  auto const delays = read_delays("80ms\n-4\nfast\n20m\n", "delays.txt");
  ASSERT_FALSE(delays);
  auto const told = explain(delays.error(), "80ms\n-4\nfast\n20m\n");
  for (auto const* part : {"delays.txt:2:1", "delays.txt:3:1", "delays.txt:4:1", "at most 10m", "120ms"})
    EXPECT_THAT(told, HasSubstr(part));
  EXPECT_THAT(explain(read_delays("# none\n", "delays.txt").error(), ""), HasSubstr("there is no delay"));
}

TEST(HistogramOf, KeepsWhatFitsAndElseTheMiddlesOfAsManyQuantiles) {
  std::vector<duration> many;
  for (int i = 0; i < 1000; ++i) many.push_back(std::chrono::milliseconds(i));
  EXPECT_EQ(histogram_of(many, 1000), many);
  EXPECT_THAT(histogram_of(many, 4), ElementsAre(125ms, 375ms, 625ms, 875ms));
}

TEST(HistogramLines, AreReadAsAFault) {
  auto const text = histogram_lines({80ms, 1500us});
  EXPECT_EQ(faults::test::read(text).said, "");
  EXPECT_EQ(text, "kind = \"latency\"\nshape = \"histogram\"\nvalues = [\"80ms\", \"1500us\"]\n");
}

}  // namespace
}  // namespace vendaval::controller
