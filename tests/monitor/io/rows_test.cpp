#include "monitor/io/rows.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <map>

#include "tests/monitor/calls.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
using test::ended_at;
constexpr time_point start{1h};

struct MetricRows : testing::Test {
  monitor m{[] {
    monitor_settings s;
    s.time = {start, wall_time(1'768'843'865s)};
    return s;
  }()};

  void call(test::call const& c) { m.observe(ended_at(start + 500ms, c)); }
  std::vector<sql::metric_row> rows(duration from = 0s, duration to = 60s) {
    return metric_rows(m, start + from, start + to);
  }
};

json::object about(sql::metric_row const& row) { return json::parse(row.metadata).as_object(); }

TEST_F(MetricRows, SayOfWhichOperationsTheyAreAndOfHowManyCalls) {
  call({});
  call({.what = operation::read});
  call({.result = outcome::client_error});  // not judged; it took its time all the same
  call({.result = outcome::timeout, .injected = true});
  std::map<std::string, std::int64_t> const calls{
      {"success_rate", 3}, {"error_rate", 3}, {"latency", 4}, {"uptime", 1}};
  std::map<std::string, int> seen;
  for (auto const& row : rows()) {
    ++seen[row.metric_type];
    EXPECT_EQ(about(row).at("n").as_int64(), calls.at(row.metric_type)) << row.metric_type;
    EXPECT_EQ(about(row).at("op_class"), row.metric_type == "uptime" ? "link+retrieve" : "all");
  }
  EXPECT_EQ(seen, (std::map<std::string, int>{{"success_rate", 1}, {"error_rate", 1}, {"latency", 3}, {"uptime", 1}}));
}

TEST_F(MetricRows, AValueForWhichTheColumnHasNoRoomIsTheMostThereIsRoomForAndSaysSo) {
  for (int i = 0; i != 100; ++i) call({.took = i < 60 ? 1s : 1500s});
  for (auto const& row : rows()) {
    EXPECT_LE(row.value, 999'999.9999);
    bool const long_one = row.metric_type == "latency" && about(row).at("quantile").as_double() > 0.9;
    EXPECT_EQ(about(row).contains("clamped_from"), long_one) << row.metadata;
    if (!long_one) continue;
    EXPECT_EQ(row.value, 999'999.9999);
    EXPECT_NEAR(about(row).at("clamped_from").as_double(), 1'500'000, 15'000);
  }
}

TEST_F(MetricRows, OfATimeWithoutCallsThereAreNone) {
  call({});
  EXPECT_THAT(rows(1s, 60s), testing::IsEmpty());
}

}  // namespace
}  // namespace vendaval::monitor
