#include "monitor/receive/heard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

institutions const banks = mission_institutions();

TEST(HearAlertmanager, TakesAlertsAboutOurBanks) {
  auto const all = hear_alertmanager(R"({"version":"4","status":"firing","newer":1,"alerts":[
      {"status":"firing","fingerprint":"f1","startsAt":"2026-01-19T17:00:00Z","endsAt":"0001-01-01T00:00:00Z",
       "labels":{"alertname":"HighErrorRate","institution":"itau","severity":"critical"},
       "annotations":{"summary":"errors at 40 %"}},
      {"status":"resolved","fingerprint":"f2","startsAt":"x","labels":{"alertname":"Slow","institution":"bb"}},
      {"status":"firing","labels":{"alertname":"DiskFull","instance":"db1"}},
      {"status":"firing","labels":{"alertname":"VendavalIncident","institution":"itau"}}]})",
                                     banks);
  ASSERT_TRUE(all) << all.error();
  ASSERT_EQ(all->size(), 2u) << "not the disk, and not what we told it ourselves";
  EXPECT_EQ(all->at(0).is, heard::what::failing);
  EXPECT_EQ(all->at(0).institution, "itau");
  EXPECT_EQ(all->at(0).by, "alertmanager HighErrorRate");
  EXPECT_EQ(all->at(0).grade, severity::critical);
  EXPECT_THAT(all->at(0).text, HasSubstr("errors at 40 %"));
  EXPECT_EQ(all->at(1).is, heard::what::well);
}

TEST(HearStatuspage, FindsTheBanksByTheirNames) {
  auto const incident = hear_statuspage(R"({"meta":{},"page":{"id":"p"},"incident":{"id":"i1","status":"investigating",
      "name":"Instabilidade no Itaú","components":[{"name":"Nubank","status":"partial_outage"}]}})",
                                        banks);
  ASSERT_TRUE(incident) << incident.error();
  std::vector<std::string> found;
  for (auto const& h : *incident) found.push_back(h.institution);
  EXPECT_THAT(found, testing::UnorderedElementsAre("itau", "nubank"));
  EXPECT_EQ(incident->at(0).text, "Instabilidade no Itaú (investigating)");
  auto const component = hear_statuspage(
      R"({"component_update":{"new_status":"major_outage"},"component":{"id":"c","name":"Santander","status":"major_outage"}})",
      banks);
  ASSERT_EQ(component->size(), 1u);
  EXPECT_EQ(component->at(0).institution, "santander");
}

TEST(HearStatuspage, AlsoHearsThatItIsOver) {
  for (auto const* body : {R"({"incident":{"id":"i","status":"resolved","name":"Itaú"}})",
                           R"({"component":{"id":"c","status":"operational","name":"Itaú"}})"}) {
    auto const all = hear_statuspage(body, banks);
    ASSERT_EQ(all->size(), 1u);
    EXPECT_EQ(all->at(0).is, heard::what::well);
    EXPECT_EQ(all->at(0).by, "statuspage") << "the name under which it was opened";
  }
}

std::string key_of(std::string const& body) {
  auto const all = hear_statuspage(body, banks);
  return all && all->size() == 1 ? all->at(0).key : "not one bank";
}

TEST(HearStatuspage, HearsEachChangeOfAComponentOnceHoweverOftenItBreaksAndRecovers) {
  auto const change = [](std::string id, std::string status) {
    return key_of(R"({"component_update":{"id":")" + id + R"(","created_at":"2026-01-19T17:00:00Z","new_status":")" +
                  status + R"("},"component":{"id":"c","name":"Itaú","status":")" + status + R"("}})");
  };
  EXPECT_EQ(change("u1", "operational"), change("u1", "operational")) << "told twice";
  EXPECT_NE(change("u1", "operational"), change("u3", "operational"));
  EXPECT_NE(change("u2", "major_outage"), change("u4", "major_outage"));
}

TEST(HearStatuspage, HearsAnIncidentsStatusOnceUntilItHasBeenOver) {
  auto const update = [](std::string status, std::vector<std::string> updates) {
    std::string list;
    for (auto const& one : updates) list += (list.empty() ? "" : ",") + (R"({"status":")" + one + R"("})");
    return key_of(R"({"incident":{"id":"i","status":")" + status + R"(","name":"Itaú","incident_updates":[)" + list +
                  "]}}");
  };
  EXPECT_EQ(update("investigating", {"investigating"}), update("investigating", {"investigating", "investigating"}));
  EXPECT_NE(update("investigating", {"investigating"}),
            update("investigating", {"investigating", "resolved", "investigating"}));
  EXPECT_NE(update("resolved", {"resolved", "investigating"}),
            update("resolved", {"resolved", "investigating", "resolved", "investigating"}));
}

TEST(HearStatuspage, DoesNotFindABankInsideAnotherWord) {
  auto const said = hear_statuspage(R"({"incident":{"id":"i","status":"x","name":"Interrupção na API"}})", banks);
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, IsEmpty());
}

TEST(HearPagerDuty, ReadsWhoTookWhichOfOurIncidents) {
  auto const all =
      hear_pagerduty(R"({"event":{"id":"01B","event_type":"incident.acknowledged","agent":{"summary":"Ana"},
      "data":{"incident_key":"vendaval/itau/0191f0a4-7f5e-4a6e-9f0e-000000000042/0"}}})");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->at(0).incident, "0191f0a4-7f5e-4a6e-9f0e-000000000042");
  EXPECT_EQ(all->at(0).by, "pagerduty: Ana");
}

TEST(HearPagerDuty, LeavesTheRestToOthers) {
  for (auto const* body : {R"({"event":{"event_type":"incident.triggered","data":{"incident_key":"vendaval/a/b/0"}}})",
                           R"({"event":{"event_type":"incident.acknowledged","data":{"incident_key":"another"}}})",
                           R"({"event":{"event_type":"incident.acknowledged","data":null}})"}) {
    auto const all = hear_pagerduty(body);
    ASSERT_TRUE(all) << body;
    EXPECT_THAT(*all, IsEmpty()) << body;
  }
}

TEST(Hearing, SaysWhatIsWrongWithWhatIsNoneOfTheirs) {
  EXPECT_THAT(hear_alertmanager("[]", banks).error(), HasSubstr("JSON object"));
  EXPECT_THAT(hear_alertmanager("{}", banks).error(), HasSubstr("no webhook of Alertmanager's"));
  EXPECT_THAT(hear_statuspage("{}", banks).error(), HasSubstr("no webhook of Statuspage's"));
  EXPECT_THAT(hear_pagerduty("{}").error(), HasSubstr("no v3 webhook of PagerDuty's"));
}

}  // namespace
}  // namespace vendaval::monitor
