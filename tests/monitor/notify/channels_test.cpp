#include "monitor/notify/channel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "monitor/notify/undelivered.hpp"

namespace vendaval::monitor {
namespace {

namespace json = boost::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using fate = reply::fate;

letter trouble() {
  letter l;
  l.grade = severity::critical;
  l.headline = "Itaú com problemas";
  l.text = "[CRÍTICO] Itaú: 0% de sucesso há 65.0 s · incidente INC-0042";
  l.english = "[critical] Itaú: failing";
  l.description = "41 de 41 chamadas falharam";
  l.fields = {{"Severidade", "CRÍTICO"}};
  l.incident = "0191f0a4-7f5e-4a6e-9f0e-000000000042";
  l.label = "INC-0042";
  l.institution = "itau";
  l.bank_name = "Itaú";
  l.type = "connection_failure";
  l.rule = "bank_unavailable";
  l.link = "http://127.0.0.1:8480/v1/incidents";
  l.episode = "vendaval/itau/0191f0a4/0";
  using namespace std::chrono;
  l.started_at = sys_days{2026y / January / 19} + 17h + 30min;
  l.at = sys_days{2026y / January / 19} + 17h + 31min + 5s;
  return l;
}

letter over() {
  auto l = trouble();
  l.kind = notification_kind::resolved;
  return l;
}

channel to(std::string_view kind) {
  channel c;
  c.name = "ops";
  c.kind = find_channel_kind(kind);
  c.url = secret("https://receiver.example/hook");
  c.token = secret("0123456789abcdef0123456789abcdef");
  c.from = "vendaval@aegis.example";
  c.to = {"ana@aegis.example"};
  return c;
}

std::vector<outgoing> sent(letter l, channel const& c, std::string reference = {}) {
  return c.kind->send({std::move(l), {}, "the key", std::move(reference)}, c);
}
json::object body_of(outgoing const& o) { return json::parse(o.body).as_object(); }
std::string text(json::value const& v) { return std::string(v.as_string()); }

TEST(Letter, ComesBackFromTheOutboxAsItWas) {
  auto const before = trouble();
  auto const after = letter_from(to_json(before));
  ASSERT_TRUE(after);
  EXPECT_EQ(to_json(*after), to_json(before));
  EXPECT_EQ(after->started_at, before.started_at);
  EXPECT_FALSE(letter_from("{\"text\":\"of an older version\"}"));
  EXPECT_FALSE(letter_from("not JSON"));
}

TEST(ChannelKinds, AreFoundByNameAndAskForWhatTheyNeed) {
  for (auto const* kind : channel_kinds()) EXPECT_EQ(find_channel_kind(kind->name()), kind);
  EXPECT_EQ(find_channel_kind("carrier-pigeon"), nullptr);
}

TEST(ChannelKinds, PutNoSecretIntoWhatWaitsInTheOutbox) {
  EXPECT_THAT(to_json(trouble()), Not(HasSubstr("0123456789abcdef")));
}

TEST(Lanes, AreOnePerReceiver) {
  auto c = to("email");
  EXPECT_THAT(lanes_of(c), testing::ElementsAre("ops"));
  c.to.push_back("rui@aegis.example");
  EXPECT_THAT(lanes_of(c), testing::ElementsAre("ops:ana@aegis.example", "ops:rui@aegis.example"));
}

struct http_meaning {
  unsigned status;
  fate is;
};
struct HttpAnswers : testing::TestWithParam<http_meaning> {};
TEST_P(HttpAnswers, MeanAcceptedLaterOrNever) {
  EXPECT_EQ(judge_http({{}, GetParam().status, {}, {}}).is, GetParam().is);
}
INSTANTIATE_TEST_SUITE_P(Each, HttpAnswers,
                         testing::Values(http_meaning{200, fate::accepted}, http_meaning{202, fate::accepted},
                                         http_meaning{302, fate::never}, http_meaning{400, fate::never},
                                         http_meaning{404, fate::never}, http_meaning{408, fate::later},
                                         http_meaning{410, fate::never}, http_meaning{429, fate::later},
                                         http_meaning{500, fate::later}, http_meaning{503, fate::later}));

TEST(HttpAnswersTo, NobodyThereIsLaterAndRetryAfterSaysWhen) {
  EXPECT_EQ(judge_http({"connection refused", 0, {}, {}}).is, fate::later);
  EXPECT_EQ(judge_http({{}, 429, {{"retry-after", "30"}}, {}}).wait, duration(30s));
  EXPECT_FALSE(judge_http({{}, 429, {{"Retry-After", "soon"}}, {}}).wait);
}

TEST(HttpAnswersTo, RetryAfterMayBeADateAndIsAnHourAtMost) {
  using namespace std::chrono;
  wall_time const now = sys_days{2026y / January / 19} + 17h + 31min;
  auto const wait = [now](std::string after) {
    return judge_http({{}, 503, {{"Retry-After", std::move(after)}}, {}, now}).wait;
  };
  EXPECT_EQ(wait("Mon, 19 Jan 2026 17:41:00 GMT"), duration(10min));
  EXPECT_EQ(wait("Mon, 19 Jan 2026 17:30:00 GMT"), duration(1s)) << "it is over";
  EXPECT_EQ(wait("Tue, 20 Jan 2026 17:30:00 GMT"), duration(1h));
  EXPECT_EQ(wait("7200"), duration(1h));
  EXPECT_EQ(wait("99999999999999999999"), duration(1h));
}

TEST(PagerDuty, TriggersAcknowledgesAndResolvesUnderOneKeyOfOurOwn) {
  auto const c = to("pagerduty");
  auto const opened = sent(trouble(), c);
  ASSERT_EQ(opened.size(), 1u);
  EXPECT_THAT(opened[0].url, testing::EndsWith("/v2/enqueue"));
  auto const event = body_of(opened[0]);
  EXPECT_EQ(text(event.at("event_action")), "trigger");
  EXPECT_EQ(text(event.at("dedup_key")), "vendaval/itau/0191f0a4/0");
  EXPECT_EQ(text(event.at("payload").at("severity")), "critical");
  EXPECT_EQ(text(event.at("payload").at("component")), "itau");
  auto const closed = body_of(sent(over(), c)[0]);
  EXPECT_EQ(text(closed.at("event_action")), "resolve");
  EXPECT_EQ(closed.at("dedup_key"), event.at("dedup_key"));
  auto taken = trouble();
  taken.kind = notification_kind::acknowledged;
  EXPECT_EQ(text(body_of(sent(taken, c)[0]).at("event_action")), "acknowledge");
}

TEST(PagerDuty, WakesNobodyForADrillOrATest) {
  auto c = to("pagerduty");
  auto drill = trouble();
  drill.drill = true;
  drill.run = "s1";
  auto const event = body_of(sent(drill, c)[0]);
  EXPECT_EQ(text(event.at("payload").at("severity")), "info");
  EXPECT_EQ(text(event.at("payload").at("custom_details").at("chaos_run_id")), "s1");
  c.drill_token = secret("dddddddddddddddddddddddddddddddd");
  EXPECT_EQ(text(body_of(sent(drill, c)[0]).at("routing_key")), c.drill_token.reveal());
  EXPECT_EQ(text(body_of(sent(trouble(), c)[0]).at("routing_key")), c.token.reveal());
  EXPECT_THAT(sent(proof_of(c, {}), c)[0].url, testing::EndsWith("/v2/change/enqueue"));
}

TEST(PagerDuty, StaysWithinItsLimits) {
  auto l = trouble();
  l.text = "é";
  while (l.text.size() < 4000) l.text += "é";
  l.episode.assign(600, 'k');
  auto const event = body_of(sent(l, to("pagerduty"))[0]);
  EXPECT_LE(text(event.at("payload").at("summary")).size(), 1024u);
  EXPECT_EQ(text(event.at("payload").at("summary")).size() % 2, 0u) << "no character is cut in two";
  EXPECT_LE(text(event.at("dedup_key")).size(), 255u);
}

TEST(SlackBot, EditsItsOneMessageAndThreadsUnderIt) {
  auto c = to("slack_bot");
  c.url = secret("https://slack.com/api/");
  c.to = {"#ops"};
  auto const first = sent(trouble(), c);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].url, "https://slack.com/api/chat.postMessage");
  EXPECT_EQ(text(body_of(first[0]).at("channel")), "#ops");
  EXPECT_THAT(first[0].body, Not(HasSubstr(c.token.reveal()))) << "the token is a header's";
  auto const answered = c.kind->judge({{}, 200, {}, R"({"ok":true,"channel":"C024","ts":"1503.55"})"});
  EXPECT_EQ(answered.is, fate::accepted);
  EXPECT_EQ(answered.reference, "C024 1503.55");
  auto const later = sent(over(), c, answered.reference);
  ASSERT_EQ(later.size(), 2u);
  EXPECT_EQ(later[0].url, "https://slack.com/api/chat.update");
  EXPECT_EQ(text(body_of(later[0]).at("ts")), "1503.55");
  EXPECT_EQ(text(body_of(later[1]).at("thread_ts")), "1503.55");
}

TEST(SlackBot, ReadsSlacksOwnErrorsInA200) {
  auto const& kind = slack_bot();
  EXPECT_EQ(kind.judge({{}, 200, {}, R"({"ok":false,"error":"ratelimited"})"}).is, fate::later);
  auto const never = kind.judge({{}, 200, {}, R"({"ok":false,"error":"channel_not_found"})"});
  EXPECT_EQ(never.is, fate::never);
  EXPECT_THAT(never.why, HasSubstr("channel_not_found"));
  EXPECT_EQ(kind.judge({{}, 200, {}, "<html>"}).is, fate::later);
}

std::string header(outgoing const& o, std::string_view name) {
  return std::string(find_header(o.headers, name).value_or(""));
}

TEST(Email, ThreadsByAMessageIdThatIsTheSameAtEveryAttempt) {
  auto const c = to("email");
  auto const first = sent(trouble(), c)[0], again = sent(trouble(), c)[0], last = sent(over(), c)[0];
  EXPECT_EQ(header(first, "Message-ID"), header(again, "Message-ID"));
  EXPECT_THAT(header(first, "Message-ID"), AllOf(StartsWith("<"), testing::EndsWith("@aegis.example>")));
  EXPECT_EQ(header(last, "In-Reply-To"), header(first, "Message-ID"));
  EXPECT_NE(header(last, "Message-ID"), header(first, "Message-ID"));
  EXPECT_EQ(header(first, "Date"), "Mon, 19 Jan 2026 17:31:05 +0000");
  EXPECT_EQ(header(first, "Auto-Submitted"), "auto-generated");
  EXPECT_EQ(first.mail_to, "ana@aegis.example");
}

TEST(Email, SaysItInPortugueseFirstAndInEnglishBelow) {
  auto const mail = sent(trouble(), to("email"))[0];
  EXPECT_LT(mail.body.find("0% de sucesso"), mail.body.find("English: [critical]"));
  EXPECT_THAT(mail.html, HasSubstr("<th align=\"left\">Severidade</th>"));
}

TEST(Email, LetsNobodyWriteHeadersOrMarkup) {
  auto l = trouble();
  l.headline = "Itaú\r\nBcc: evil@example.com";
  l.text = "<script>alert(1)</script>";
  auto const mail = sent(l, to("email"))[0];
  EXPECT_THAT(header(mail, "Subject"), Not(HasSubstr("\n")));
  EXPECT_THAT(mail.html, Not(HasSubstr("<script>")));
}

TEST(Email, A4xxPassesAndA5xxDoesNot) {
  auto const& kind = email();
  EXPECT_EQ(kind.judge({}).is, fate::accepted);
  EXPECT_EQ(kind.judge({"RCPT failed: 451", 451, {}, {}}).is, fate::later);
  EXPECT_EQ(kind.judge({"RCPT failed: 550", 550, {}, {}}).is, fate::never);
  EXPECT_EQ(kind.judge({"could not connect", 0, {}, {}}).is, fate::later);
}

TEST(EmailByHttp, SaysWhatTheMailSaysUnderAKeyOfItsOwn) {
  auto const c = to("email_http");
  auto const post = sent(trouble(), c)[0];
  EXPECT_EQ(header(post, "Authorization"), "Bearer " + c.token.reveal());
  EXPECT_EQ(header(post, "Idempotency-Key"), "the key");
  auto const body = body_of(post);
  EXPECT_THAT(post.body, Not(HasSubstr(c.token.reveal())));
  EXPECT_EQ(text(body.at("from")), "Vendaval <vendaval@aegis.example>");
  EXPECT_EQ(text(body.at("to").at(0)), "ana@aegis.example");
  EXPECT_EQ(text(body.at("subject")), "Itaú com problemas · INC-0042");
  auto const by_smtp = sent(trouble(), to("email"))[0];
  EXPECT_EQ(text(body.at("text")), by_smtp.body);
  EXPECT_EQ(text(body.at("html")), by_smtp.html);
}

TEST(EmailByHttp, LetsEveryMailOfAnIncidentNameTheSameOneBeforeIt) {
  auto const c = to("email_http");
  auto const first = body_of(sent(trouble(), c)[0]), last = body_of(sent(over(), c)[0]);
  EXPECT_EQ(first.at("headers").at("References"), last.at("headers").at("References"));
}

TEST(EmailByHttp, CutsAKeyThatIsTooLongAndKeepsItItsOwn) {
  auto const c = to("email_http");
  auto const keyed = [&](std::string key) {
    return header(c.kind->send({trouble(), {}, std::move(key), {}}, c)[0], "Idempotency-Key");
  };
  std::string const stem(300, 'k');
  EXPECT_EQ(keyed(stem + "a").size(), 256u);
  EXPECT_NE(keyed(stem + "a"), keyed(stem + "b"));
  EXPECT_EQ(keyed(std::string(256, 'k')), std::string(256, 'k'));
}

TEST(EmailByHttp, ReadsWhatTheProviderSaysOfItsKeys) {
  auto const& kind = email_http();
  EXPECT_EQ(kind.judge({{}, 200, {}, R"({"id":"49a3999c"})"}).is, fate::accepted);
  EXPECT_EQ(kind.judge({{}, 409, {}, R"({"name":"concurrent_idempotent_requests"})"}).is, fate::later);
  EXPECT_EQ(kind.judge({{}, 409, {}, R"({"name":"invalid_idempotent_request"})"}).is, fate::accepted);
  EXPECT_EQ(kind.judge({{}, 409, {}, "<html>"}).is, fate::never);
  auto const refused = kind.judge({{}, 403, {}, R"({"name":"invalid_api_key","message":"API key is invalid"})"});
  EXPECT_EQ(refused.is, fate::never);
  EXPECT_EQ(refused.why, "the receiver answered 403 (invalid_api_key)");
  EXPECT_EQ(kind.judge({{}, 429, {{"retry-after", "3"}}, R"({"name":"rate_limit_exceeded"})"}).wait, duration(3s));
}

TEST(Webhook, CarriesItsKeyAndBothLanguages) {
  auto const post = sent(trouble(), to("webhook"))[0];
  EXPECT_EQ(header(post, "Idempotency-Key"), "the key");
  EXPECT_THAT(header(post, "Authorization"), StartsWith("Bearer "));
  auto const body = body_of(post);
  EXPECT_EQ(text(body.at("event")), "opened");
  EXPECT_EQ(text(body.at("text").at("en")), "[critical] Itaú: failing");
  EXPECT_EQ(text(body.at("incident").at("label")), "INC-0042");
}

TEST(Alertmanager, NamesTheSameAlertWhenItIsOver) {
  auto c = to("alertmanager");
  c.to = {"http://127.0.0.1:9093/"};
  auto const fired = sent(trouble(), c)[0], resolved = sent(over(), c)[0];
  EXPECT_EQ(fired.url, "http://127.0.0.1:9093/api/v2/alerts");
  auto const a = json::parse(fired.body).as_array().back(), b = json::parse(resolved.body).as_array().back();
  EXPECT_EQ(a.at("labels"), b.at("labels"));
  EXPECT_EQ(text(a.at("endsAt")), "2026-01-19T17:35:05.000Z");
  EXPECT_EQ(text(b.at("endsAt")), "2026-01-19T17:31:05.000Z");
  EXPECT_THAT(text(b.at("annotations").at("summary")), HasSubstr("Itaú")) << "else it would arrive without them";
}

TEST(Alertmanager, EndsWhatTheIncidentWasCalledBeforeItGotWorse) {
  auto c = to("alertmanager");
  c.to = {"http://127.0.0.1:9093/"};
  auto const all = json::parse(sent(trouble(), c)[0].body).as_array();
  std::vector<std::string> firing, over;
  for (auto const& a : all)
    (text(a.at("endsAt")) == iso8601(trouble().at) ? over : firing).push_back(text(a.at("labels").at("severity")));
  EXPECT_THAT(firing, testing::ElementsAre("critical"));
  EXPECT_THAT(over, testing::ElementsAre("low", "medium", "high"));
}

TEST(Undelivered, SaysFirstWhoDidNotTakeItAndWhy) {
  auto const l = undelivered(trouble(), to("pagerduty"), "the receiver answered 400");
  EXPECT_THAT(l.text, StartsWith("[NÃO ENTREGUE por PagerDuty \"ops\": the receiver answered 400] [CRÍTICO] Itaú"));
  EXPECT_EQ(l.kind, notification_kind::undelivered);
  EXPECT_EQ(l.news(), notification_kind::opened);
}

TEST(Undelivered, RemembersWhatItIsAboutInTheOutboxAndThroughSeveralFallbacks) {
  auto const twice = undelivered(undelivered(over(), to("slack"), "no"), to("email"), "no again");
  auto const after = letter_from(to_json(twice));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->kind, notification_kind::undelivered);
  EXPECT_EQ(after->news(), notification_kind::resolved);
  EXPECT_EQ(after->headline, "[NÃO ENTREGUE] Itaú com problemas");
  EXPECT_THAT(after->text, AllOf(HasSubstr("e-mail"), HasSubstr("Slack"), HasSubstr("no again")));
}

TEST(Undelivered, OfAnOlderVersionIsReadAsItWas) {
  auto old = trouble();
  old.kind = notification_kind::undelivered;  // it knew of nothing else
  auto const after = letter_from(to_json(old));
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->instead_of);
  EXPECT_EQ(text(body_of(sent(*after, to("pagerduty"))[0]).at("event_action")), "trigger");
}

TEST(Undelivered, AResolveIsAResolveAtWhicheverChannelTellsIt) {
  auto const instead = [](letter l) { return undelivered(std::move(l), to("slack"), "the receiver answered 404"); };
  auto const c = to("pagerduty");
  auto const opened = body_of(sent(instead(trouble()), c)[0]), resolved = body_of(sent(instead(over()), c)[0]);
  EXPECT_EQ(text(opened.at("event_action")), "trigger");
  EXPECT_EQ(text(resolved.at("event_action")), "resolve");
  EXPECT_EQ(resolved.at("dedup_key"), opened.at("dedup_key"));
  auto taken = trouble();
  taken.kind = notification_kind::acknowledged;
  EXPECT_EQ(text(body_of(sent(instead(taken), c)[0]).at("event_action")), "acknowledge");
  EXPECT_THAT(sent(instead(proof_of(to("slack"), trouble().at)), c)[0].url, testing::EndsWith("/v2/change/enqueue"))
      << "a test that failed wakes nobody";
  auto peers = to("alertmanager");
  peers.to = {"http://127.0.0.1:9093"};
  EXPECT_EQ(text(json::parse(sent(instead(over()), peers)[0].body).as_array().back().at("endsAt")), iso8601(over().at));
  EXPECT_EQ(text(body_of(sent(instead(over()), to("webhook"))[0]).at("instead_of")), "resolved");
}

}  // namespace
}  // namespace vendaval::monitor
