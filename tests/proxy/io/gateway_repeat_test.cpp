// The same seed and the same traffic meet the same faults, however many threads carry them (S21).
#include <thread>

#include "proxy/faults/decision.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

constexpr int clients = 8, requests_each = 1250;

class RepeatedGateway : public GatewayTest {
 protected:
  /// What the armed faults decided about the traffic of several clients at once, in canonical order.
  std::vector<std::string> decisions_with(unsigned threads) {
    settings.threads = threads;
    settings.report_queue = clients * requests_each;  // nobody drains it meanwhile
    reported.clear();
    epoch = fault_id = 0;
    start_echo();
    arm_as(faults());
    std::vector<std::jthread> all;
    for (int i = 0; i < clients; ++i) all.emplace_back([this, i] { call_as("client-" + std::to_string(i)); });
    all.clear();
    std::vector<std::string> lines;
    for (auto const& seen : reports(clients * requests_each))
      if (seen.decided) lines.push_back(faults::canonical(*seen.decided));
    std::ranges::sort(lines);
    return lines;
  }
  static std::vector<faults::armed_fault> faults() {
    faults::armed_fault sometimes, inbursts, slow;
    sometimes.what = failing("service_unavailable");
    sometimes.where.probability = {20};
    inbursts.what = failing("site_overloaded");
    inbursts.over_time = faults::bursts{{5}, {30}};
    inbursts.where.paths = {"/itau/b*"};
    slow.what = faults::latency{.kind = faults::latency::form::uniform, .least = 0ms, .most = 1ms};
    return {sometimes, inbursts, slow};
  }
  void call_as(std::string const& name) {
    auto const one = client();
    for (int i = 0; i < requests_each; ++i) {
      one->say(get(i % 3 == 0 ? "/itau/b" : "/itau/a", "User-Agent: " + name + "\r\n"));
      hear_message(*one);
    }
  }
};

TEST_F(RepeatedGateway, S21_MakesTheSameDecisionsWithOneThreadAndWithEight) {
  auto const one = decisions_with(1);
  EXPECT_EQ(one.size(), std::size_t{clients * requests_each});
  auto const touched = std::ranges::count_if(one, [](auto const& line) { return line.contains("answer 503"); });
  EXPECT_GT(touched, clients * requests_each / 10);
  EXPECT_EQ(decisions_with(8), one);
}

}  // namespace
}  // namespace vendaval::test
