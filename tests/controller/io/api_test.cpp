#include "controller/io/api.hpp"
#include "monitor/io/memory.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/controller/io/controller_io_fixture.hpp"

namespace vendaval::controller::test {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

struct Api : ControllerIo {};

TEST_F(Api, AnswersOnlyUnderItsOwnAddress) {
  EXPECT_EQ(get("/v1/health").status, 200u);
  for (auto const* host : {"evil.example", "localhost.evil.example:8480", ""})
    EXPECT_EQ(ask({.method = "GET", .target = "/v1/health", .headers = {{"Host", host}}}).status, 421u) << host;
  for (auto const* host : {"localhost:8480", "[::1]:8480"})
    EXPECT_EQ(ask({.method = "GET", .target = "/v1/health", .headers = {{"Host", host}}}).status, 200u) << host;
}

TEST_F(Api, WithATokenAnswersNobodyWithoutIt) {
  api guarded(
      {config, clock, calendar, runs, desk, watch, outbox, path, {}, secret("0123456789abcdef0123456789abcdef")});
  auto const status = [&](std::string authorization) {
    unsigned answer = 0;
    http_request request{.method = "GET", .target = "/v1/health", .headers = {{"Host", "localhost"}}};
    if (!authorization.empty()) request.headers.push_back({"Authorization", std::move(authorization)});
    asio::co_spawn(io, guarded.answer(std::move(request)),
                   [&](std::exception_ptr, http_response r) { answer = r.status; });
    clock.settle();
    return answer;
  };
  EXPECT_EQ(status(""), 401u);
  EXPECT_EQ(status("Bearer 0123456789abcdef0123456789abcdeX"), 401u);
  EXPECT_EQ(status("Basic 0123456789abcdef0123456789abcdef"), 401u);
  EXPECT_EQ(status("Bearer 0123456789abcdef0123456789abcdef"), 200u);
}

TEST_F(Api, SaysWhatIsWrongWithARequest) {
  EXPECT_EQ(get("/v1/nothing").status, 404u);
  EXPECT_EQ(get("/v1/stop").status, 405u);
  EXPECT_EQ(get("/v1/runs/5b0e7a52").status, 404u);
  EXPECT_EQ(get("/v1/runs//journal").status, 404u);
  EXPECT_EQ(ask({.method = "POST", .target = "/v1/stop", .headers = {{"Content-Type", "text/plain"}}}).status, 415u);
  EXPECT_EQ(post("/v1/runs", {{"file", "x.toml"}}).status, 400u);
  auto const refused = post("/v1/runs", {{"scenario", "[scenario]\nname = 3\n"}, {"file", "x.toml"}});
  EXPECT_EQ(refused.status, 400u);
  EXPECT_THAT(std::string(object(refused).at("error").as_string()), HasSubstr("x.toml:2:8: "));
}

TEST_F(Api, APathThatDoesNotKnowTheMethodSaysWhichItKnows) {
  for (auto const& [method, path, accepted] :
       std::vector<std::array<std::string, 3>>{{"GET", "/v1/stop", "POST"},
                                               {"POST", "/v1/status", "GET"},
                                               {"DELETE", "/v1/incidents/INC-0001", "GET"},
                                               {"PUT", "/v1/incidents/INC-0001/note", "POST"},
                                               {"DELETE", "/v1/silences", "GET, POST"},
                                               {"POST", "/v1/alerts/history", "GET"},
                                               {"GET", "/v1/silences/x/remove", "POST"},
                                               {"DELETE", "/v1/slo", "GET"},
                                               {"GET", "/v1/receive/statuspage", "POST"}}) {
    auto const answer =
        ask({.method = method, .target = path, .headers = {{"Content-Type", "application/json"}}, .body = "{}"});
    EXPECT_EQ(answer.status, 405u) << path;
    EXPECT_EQ(find_header(answer.headers, "Allow"), accepted) << path;
    EXPECT_EQ(std::string(object(answer).at("error").as_string()),
              "this path does not know that method; accepted: " + accepted)
        << path;
  }
}

TEST_F(Api, SaysWhatIsAcceptedInABody) {
  auto const error = [&](std::string const& path, json::object const& body) {
    auto const answer = post(path, body);
    EXPECT_EQ(answer.status, 400u) << path << answer.body;
    return std::string(object(answer).at("error").as_string());
  };
  EXPECT_EQ(error("/v1/incidents/INC-0001/note", {{"txt", "x"}}),
            "\"txt\" is not known here; did you mean \"text\"? accepted: text, by");
  EXPECT_EQ(error("/v1/incidents/INC-0001/note", {{"text", 5}}), "text must be a text such as \"banco avisado\"");
  EXPECT_EQ(error("/v1/incidents/INC-0001/close", {{"text", "x"}}), "\"text\" is not known here; accepted: notes, by");
  EXPECT_EQ(error("/v1/incidents/INC-0001/acknowledge", {{"by", true}}), "by must be a text such as \"ana\"");
  EXPECT_EQ(error("/v1/silences", {{"institution", "itau"}, {"for", 7200}, {"reason", "x"}}),
            "for must be a text such as \"2h\"");
  EXPECT_EQ(
      error("/v1/silences", {{"instituton", "itau"}, {"for", "2h"}, {"reason", "x"}}),
      "\"instituton\" is not known here; did you mean \"institution\"? accepted: institution, rule, severity, run, "
      "by, reason, for");
  auto const banks = "there is no institution \"itauu\"; there are bb, itau, bradesco, santander, caixa, nubank, inter";
  EXPECT_EQ(error("/v1/silences", {{"institution", "itauu"}, {"for", "2h"}, {"reason", "x"}}), banks);
  EXPECT_EQ(error("/v1/breakers", {{"institution", "itauu"}, {"state", "open"}}), banks);
  EXPECT_EQ(error("/v1/breakers", {{"institution", "itau"}, {"state", "ajar"}}),
            "\"ajar\" is no state of a breaker; there are open, half_open, closed");
  EXPECT_THAT(error("/v1/silences", {{"rule", "nope"}, {"for", "2h"}, {"reason", "x"}}),
              HasSubstr("there is no rule \"nope\"; there are success_low"));
}

TEST_F(Api, ReadsWhatAPathNamesAsItWasTyped) {
  EXPECT_EQ(object(get("/v1/incidents/INC%201")).at("error"),
            "there is no incident INC 1 here; older ones stand in the database");
  EXPECT_EQ(get("/v1/incidents/INC-0001%3F").status, 404u);
  EXPECT_EQ(get("/v1/incidents/stats?window=" + encoded("30 d")).status, 400u);
}

TEST_F(Api, TheKillSwitchIsLatchedUntilItIsReleasedWithAReason) {
  arm(outage_of("itau")).value();
  EXPECT_EQ(object(get("/v1/faults")).at("faults").as_array().size(), 1u);
  EXPECT_EQ(object(post("/v1/stop", {{"reason", "drill"}})).at("faults_ended"), 1);
  EXPECT_EQ(object(get("/v1/status")).at("stopped"), "drill");
  EXPECT_EQ(object(get("/v1/faults")).at("faults").as_array().size(), 0u);
  EXPECT_EQ(post("/v1/release", {}).status, 409u);
  EXPECT_EQ(post("/v1/release", {{"reason", "over"}}).status, 200u);
  EXPECT_TRUE(object(get("/v1/status")).at("stopped").is_null());
}

TEST_F(Api, TakesWhatAnAppTellsOfItsBreakerUnderAnyNameOfTheBank) {
  for (auto const* bank : {"itau", "ofitau_br_retail"})
    for (auto const* state : {"open", "half_open", "halfOpen", "closed"})
      EXPECT_EQ(post("/v1/breakers", {{"institution", bank}, {"state", state}}).status, 202u) << bank << state;
  EXPECT_EQ(post("/v1/breakers", {{"institution", "itauu"}, {"state", "open"}}).status, 400u);
  EXPECT_EQ(post("/v1/breakers", {{"institution", "itau"}, {"state", "ajar"}}).status, 400u);
}

TEST_F(Api, AnIncidentIsAcknowledgedNotedAndClosed) {
  arm(outage_of("itau"), 10min).value();
  for (int i = 0; i < 40; ++i) desk.tick(), traffic(2s);
  EXPECT_EQ(post("/v1/incidents/INC-0099/acknowledge", {}).status, 404u);
  auto const taken = post("/v1/incidents/INC-0001/acknowledge", {{"by", "ana"}});
  ASSERT_EQ(taken.status, 200u) << taken.body;
  EXPECT_EQ(object(taken).at("status"), "investigating");
  EXPECT_EQ(post("/v1/incidents/INC-0001/acknowledge", {{"by", "rui"}}).status, 409u);
  EXPECT_EQ(post("/v1/incidents/INC-0001/note", {{"by", "rui"}, {"text", "banco avisado"}}).status, 200u);
  EXPECT_EQ(post("/v1/incidents/INC-0001/close", {{"notes", "era o banco"}}).status, 409u) << "it is not over";
  desk.clear_all("over");
  traffic(6min);
  EXPECT_EQ(post("/v1/incidents/INC-0001/close", {{"notes", ""}}).status, 409u);
  EXPECT_EQ(post("/v1/incidents/INC-0001/close", {{"notes", "era o banco"}}).status, 200u);
  auto const shown = object(get("/v1/incidents/INC-0001"));
  EXPECT_EQ(shown.at("status"), "closed");
  EXPECT_TRUE(std::ranges::any_of(shown.at("updates").as_array(),
                                  [](json::value const& u) { return u.at("text") == "banco avisado"; }));
  EXPECT_EQ(object(get("/v1/incidents/stats")).at("resolved"), 1);
  EXPECT_EQ(get("/v1/incidents/stats?severity=awful").status, 400u);
  storage_settles();
  auto const rows = with_store([](sql::store& s) { return s.remembered_incidents(5); }).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].row.status, "closed");
  EXPECT_EQ(rows[0].row.resolution_notes, "era o banco");
}

TEST_F(Api, ASilenceIsMadeShownAndRemoved) {
  EXPECT_EQ(post("/v1/silences", {{"institution", "itauu"}, {"for", "1h"}, {"reason", "x"}}).status, 400u);
  EXPECT_EQ(post("/v1/silences", {{"institution", "itau"}, {"reason", "x"}}).status, 400u) << "it must end";
  EXPECT_EQ(post("/v1/silences", {{"institution", "itau"}, {"for", "8d"}, {"reason", "x"}}).status, 400u);
  EXPECT_EQ(post("/v1/silences", {{"instituton", "itau"}, {"for", "1h"}, {"reason", "x"}}).status, 400u);
  auto const made = post("/v1/silences", {{"institution", "ofitau_br_retail"}, {"for", "1h"}, {"reason", "aviso"}});
  ASSERT_EQ(made.status, 201u) << made.body;
  EXPECT_EQ(object(made).at("institution"), "itau");
  auto const shown = object(get("/v1/status")).at("silences").as_array();
  ASSERT_EQ(shown.size(), 1u);
  storage_settles();
  auto const rows = with_store([](sql::store& s) { return monitor::remembered_rows(s); }).value();
  auto const kept = monitor::memory_of(rows, calendar);
  ASSERT_EQ(kept.silences.size(), 1u);
  EXPECT_EQ(kept.silences[0].reason, "aviso");
  std::string const id(object(made).at("id").as_string());
  EXPECT_EQ(post("/v1/silences/" + id + "/remove", {}).status, 200u);
  EXPECT_EQ(post("/v1/silences/" + id + "/remove", {}).status, 404u);
  EXPECT_EQ(object(get("/v1/silences")).at("silences").as_array().size(), 0u);
  EXPECT_EQ(get("/v1/alerts/history").status, 200u);
}

TEST_F(Api, HearsOfTroubleAndOfItsEndFromOthersOnce) {
  json::object const bad{{"incident", {{"id", "i1"}, {"status", "investigating"}, {"name", "Instabilidade no Itaú"}}}};
  EXPECT_EQ(object(post("/v1/receive/statuspage", bad)).at("taken"), 1);
  EXPECT_EQ(object(post("/v1/receive/statuspage", bad)).at("taken"), 0) << "services tell again";
  auto const* open = watch.state().open_incident("itau");
  ASSERT_TRUE(open);
  EXPECT_EQ(open->detected_by, "statuspage");
  EXPECT_FALSE(open->alerted_at) << "nobody is woken by another's page";
  json::object const alert{{"alerts", json::array{{{"status", "firing"},
                                                   {"fingerprint", "f"},
                                                   {"startsAt", "t"},
                                                   {"labels", {{"alertname", "Slow"}, {"institution", "bb"}}}}}}};
  EXPECT_EQ(object(post("/v1/receive/alertmanager", alert)).at("taken"), 1);
  ASSERT_TRUE(watch.state().open_incident("bb"));
  json::object const taken{
      {"event",
       {{"id", "e"},
        {"event_type", "incident.acknowledged"},
        {"agent", {{"summary", "Ana"}}},
        {"data", {{"incident_key", "vendaval/bb/" + watch.state().open_incident("bb")->id + "/0"}}}}}};
  EXPECT_EQ(object(post("/v1/receive/pagerduty", taken)).at("taken"), 1);
  EXPECT_EQ(watch.state().open_incident("bb")->acknowledged_by, "pagerduty: Ana");
  json::object const well{{"incident", {{"id", "i1"}, {"status", "resolved"}, {"name", "Itaú"}}}};
  EXPECT_EQ(object(post("/v1/receive/statuspage", well)).at("taken"), 1);
  traffic(1s);
  EXPECT_FALSE(watch.state().open_incident("itau"));
  EXPECT_EQ(post("/v1/receive/statuspage", {{"page", "x"}}).status, 400u);
  EXPECT_EQ(get("/v1/receive/statuspage").status, 405u);
}

TEST_F(Api, ShowsBanksAlertsIncidentsAndMetrics) {
  traffic(2s);
  EXPECT_EQ(object(get("/v1/status")).at("institutions").as_array().size(), config.banks.ids().size());
  EXPECT_EQ(get("/v1/alerts").status, 200u);
  EXPECT_EQ(get("/v1/incidents").status, 200u);
  auto const metrics = get("/metrics");
  EXPECT_THAT(metrics.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(metrics.body, HasSubstr("vendaval_upstream_requests_total{institution=\"bb\""));
}

}  // namespace
}  // namespace vendaval::controller::test
