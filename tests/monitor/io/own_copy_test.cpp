#include "monitor/io/own_copy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace vendaval::monitor {
namespace {

using testing::SizeIs;

std::string id(int n) { return fmt::format("00000000-0000-4000-8000-{:012}", n); }
wall_time at() { return wall_time(std::chrono::sys_days{std::chrono::year(2026) / 1 / 19}); }

struct OwnCopy : testing::Test {
  test::temporary_folder disk;
  std::string file = disk / "known";

  static sql::batch incident(int n, std::string status = "open") {
    sql::incident_detail_row detail;
    detail.incident_id = id(n);
    detail.number = n;
    detail.detected_at = at();
    sql::incident_row row;
    row.id = id(n);
    row.institution_id = "itau";
    row.incident_type = "timeout";
    row.severity = "high";
    row.status = std::move(status);
    row.description = "itau: falhas";
    row.started_at = at();
    return {
        .incidents = {row}, .incident_details = {detail}, .incident_notes = {{id(n), 0, at(), "ana", "note of it"}}};
  }
};

TEST_F(OwnCopy, HoldsTheNewestOfEachRowForTheNextProcess) {
  own_copy first(file);
  ASSERT_TRUE(first.begin({}));
  ASSERT_TRUE(first.add(incident(1)));
  ASSERT_TRUE(first.add({.states = {{"alert/itau/errors_high", "{}", at()}}}));
  ASSERT_TRUE(first.add(incident(1, "investigating")));
  auto const known = own_copy(file).read().value();
  ASSERT_THAT(known.incidents, SizeIs(1));
  EXPECT_EQ(known.incidents[0].status, "investigating");
  EXPECT_THAT(known.incident_details, SizeIs(1));
  EXPECT_THAT(known.incident_notes, SizeIs(1));
  EXPECT_THAT(known.states, SizeIs(1));
}

TEST_F(OwnCopy, KeepsEverythingThatIsOpenAndTheNewestOfTheRest) {
  own_copy first(file);
  sql::batch all = incident(1);
  ASSERT_TRUE(first.begin(all));
  for (int n = 2; n <= 80; ++n) ASSERT_TRUE(first.add(incident(n, "closed")));
  auto const known = own_copy(file).read().value();
  EXPECT_THAT(known.incidents, SizeIs(1 + own_copy::over_at_most));
  EXPECT_EQ(known.incidents.front().id, id(1)) << "it is open";
  EXPECT_EQ(known.incidents.back().id, id(80));
  EXPECT_THAT(known.incident_notes, SizeIs(1 + own_copy::over_at_most));
}

TEST_F(OwnCopy, IsNothingWithoutAFileAndAnErrorWhenItIsDamaged) {
  EXPECT_TRUE(own_copy(file).read().value().empty());
  EXPECT_TRUE(own_copy("").add(incident(1)));
  std::ofstream(file) << "not what we write";
  EXPECT_FALSE(own_copy(file).read());
  EXPECT_FALSE(own_copy(disk / "no/such/folder").add(incident(1)));
}

}  // namespace
}  // namespace vendaval::monitor
