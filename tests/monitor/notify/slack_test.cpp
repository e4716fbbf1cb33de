#include "monitor/notify/slack.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace vendaval::monitor {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
constexpr time_point start{1h};

wording words() {
  using namespace std::chrono;
  return {{start, sys_days{2026y / January / 19} + 17h + 31min + 5s}, "Itaú", ""};
}

incident_change change() {
  incident_change c;
  c.now.number = 42;
  c.now.institution = "itau";
  c.now.grade = severity::critical;
  c.now.type = incident_type::connection_failure;
  c.now.description = "Itaú: 41 de 41 chamadas falharam";
  c.now.started_at = start;
  c.because = "bank_unavailable";
  c.cause = default_rules()[3];
  c.figures = {finding::breached, 0, 41, 0, 41};
  c.at = start + 65s;
  return c;
}

boost::json::object payload(incident_change const& c) { return slack_message(compose(c, words())); }

TEST(OpsText, SaysWhatIsWrongWhereAndSinceWhen) {
  EXPECT_EQ(ops_text(change(), words()),
            "[CRÍTICO] Itaú: 0% de sucesso em link/retrieve há 65,0 s (0/41) · incidente INC-0042");
}

TEST(OpsText, ADrillSaysSoFirst) {
  auto c = change();
  c.now.drill = true;
  c.now.run = "s1";
  EXPECT_THAT(ops_text(c, words()), StartsWith("[EXERCÍCIO] [CRÍTICO]"));
  c.what = incident_change::kind::resolved;
  EXPECT_THAT(ops_text(c, words()), StartsWith("[EXERCÍCIO] [RESOLVIDO]"));
}

TEST(OpsText, TellsSlownessByItsPercentile) {
  auto c = change();
  c.cause = default_rules()[1];
  c.figures = {finding::breached, 12.04, 600, 0, 0};
  EXPECT_THAT(ops_text(c, words()),
              HasSubstr("p95 de 12,0 s em todas as operações há 65,0 s (limite 5s, 600 chamadas)"));
}

TEST(OpsText, TellsWhenItIsOverAndHowLongItTook) {
  auto c = change();
  c.what = incident_change::kind::resolved;
  c.at = start + 150s;
  EXPECT_EQ(ops_text(c, words()),
            "[RESOLVIDO] Itaú: normal desde as 14:33:35 (BRT), durou 2 min 30 s · incidente INC-0042");
}

TEST(Letter, SaysInEnglishSinceWhenItIsAsItIs) {
  auto c = change();
  EXPECT_EQ(compose(c, words()).english, "[critical] Itaú: failing since 14:31:05 (BRT) · incident INC-0042");
  c.what = incident_change::kind::reopened;
  EXPECT_THAT(compose(c, words()).english, HasSubstr("failing again since 14:32:10 (BRT)"));
  c.what = incident_change::kind::resolved;
  c.at = start + 150s;
  EXPECT_EQ(compose(c, words()).english,
            "[resolved] Itaú: back to normal since 14:33:35 (BRT), after 2 min 30 s · incident INC-0042");
  EXPECT_EQ(compose(c, words()).headline, "Itaú: voltou ao normal");
}

TEST(Letter, LeadsToItsIncidentWherePeopleReachUs) {
  auto w = words();
  EXPECT_EQ(compose(change(), w).link, "");
  w.link = "https://vendaval.aegis.example/v1/incidents";
  EXPECT_EQ(compose(change(), w).link, "https://vendaval.aegis.example/v1/incidents/INC-0042");
  EXPECT_THAT(ops_text(change(), w), testing::EndsWith("/v1/incidents/INC-0042"));
}

TEST(Slack, SendsATextAndBlocksAsTheWebhookWantsThem) {
  auto const p = payload(change());
  EXPECT_THAT(p.at("text").as_string().c_str(), StartsWith("[CRÍTICO] Itaú"));
  auto const& blocks = p.at("blocks").as_array();
  ASSERT_GE(blocks.size(), 4u);
  EXPECT_EQ(blocks[0].at("type"), "header");
  EXPECT_EQ(blocks[0].at("text").at("type"), "plain_text");
  EXPECT_EQ(blocks[0].at("text").at("text"), "Itaú com problemas");
  EXPECT_EQ(blocks[2].at("fields").at(0).at("text"), "*Desde*\n14:31:05 (BRT)");
  EXPECT_LE(blocks[2].at("fields").as_array().size(), 10u);
}

TEST(Slack, ADrillIsMarkedInEveryPlaceThatIsShown) {
  auto c = change();
  c.now.drill = true;
  c.now.run = "s1-banco-fora";
  auto const p = payload(c);
  EXPECT_THAT(p.at("text").as_string().c_str(), StartsWith("[EXERCÍCIO]"));
  EXPECT_THAT(p.at("blocks").at(0).at("text").at("text").as_string().c_str(), StartsWith("[EXERCÍCIO]"));
  EXPECT_THAT(p.at("blocks").as_array().back().at("elements").at(0).at("text").as_string().c_str(),
              HasSubstr("provocadas por nós"));
}

TEST(Slack, EscapesWhatSlackWouldReadAsMarkup) {
  EXPECT_EQ(slack_escape("a < b & c > d"), "a &lt; b &amp; c &gt; d");
  auto c = change();
  c.now.description = "<!channel> & co";
  EXPECT_THAT(boost::json::serialize(payload(c)), HasSubstr("&lt;!channel&gt; &amp; co"));
  EXPECT_THAT(boost::json::serialize(payload(c)), Not(HasSubstr("<!channel>")));
}

TEST(Slack, CutsLongTextsOnTheEdgeOfACharacter) {
  EXPECT_EQ(slack_escape("ãã", 3), "ã");
  EXPECT_EQ(slack_escape("x<<", 5), "x&lt;");
  auto c = change();
  c.now.description = std::string(20'000, 'x');
  EXPECT_LT(boost::json::serialize(payload(c)).size(), 10'000u);
  for (auto const& block : payload(c).at("blocks").as_array())
    if (auto const* text = block.as_object().if_contains("text")) EXPECT_LE(text->at("text").as_string().size(), 3000u);
}

}  // namespace
}  // namespace vendaval::monitor
