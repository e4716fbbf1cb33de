#include "monitor/incidents/incident_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vendaval::monitor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using kind = incident_change::kind;
constexpr time_point start{1h};

rule const& shipped(std::string_view name) {
  static auto const rules = default_rules();
  return *std::ranges::find(rules, name, &rule::name);
}

struct Book : testing::Test {
  std::vector<incident_change> fire(std::string_view name, time_point at, std::string bank = "itau") {
    auto const& r = shipped(name);
    alert_change a;
    a.what = alert_change::kind::fired;
    a.now.rule = r.name;
    a.now.institution = std::move(bank);
    a.now.grade = r.grade;
    a.now.firing = true;
    a.now.first_bad = at - 20s;
    a.now.last = {finding::breached, 0, 41, 0, 41};
    a.at = at;
    circumstances c{"Itaú", {}, r, run};
    c.withheld = withheld;
    for (int i = 0; i != 41; ++i) {
      exchange x;
      x.result = outcome::institution_down;
      x.counts = weight::bad;
      c.counts.add(x);
    }
    return book.fired(a, c);
  }
  void clear(std::string_view name, time_point at) {
    alert_change a;
    a.what = alert_change::kind::cleared;
    a.now.rule = name;
    a.now.institution = "itau";
    a.at = at;
    book.cleared(a);
  }
  incident_book book{{}, 42};
  std::string run, withheld;
};

TEST_F(Book, TheFirstRuleThatFiresOpensAnIncident) {
  auto const changes = fire("success_low", start);
  ASSERT_EQ(changes.size(), 1u);
  auto const& i = changes[0].now;
  EXPECT_EQ(changes[0].what, kind::opened);
  EXPECT_THAT(changes[0].channels, ElementsAre("slack"));
  EXPECT_EQ(i.label(), "INC-0001");
  EXPECT_EQ(i.id.size(), 36u);
  EXPECT_EQ(i.type, incident_type::connection_failure);
  EXPECT_EQ(i.grade, severity::medium);
  EXPECT_EQ(i.started_at, start - 20s);
  EXPECT_EQ(i.opened_at, start);
  EXPECT_EQ(i.created_by, "auto:success_low");
  EXPECT_EQ(i.description, "Itaú: 41 de 41 chamadas falharam; principal causa: institution_down");
  EXPECT_FALSE(i.drill);
  EXPECT_EQ(book.open_at("itau")->id, i.id);
  EXPECT_EQ(book.open_at("nubank"), nullptr);
}

TEST_F(Book, LaterRulesRaiseTheSameIncidentAndTellOnlyWhoLearnsSomething) {
  auto const first = fire("success_low", start);
  auto const second = fire("errors_high", start + 10s);
  EXPECT_EQ(second[0].what, kind::updated);
  EXPECT_EQ(second[0].now.id, first[0].now.id);
  EXPECT_EQ(second[0].now.grade, severity::high);
  EXPECT_THAT(second[0].channels, ElementsAre("pagerduty"));
  auto const third = fire("bank_unavailable", start + 40s);
  EXPECT_EQ(third[0].now.grade, severity::critical);
  EXPECT_THAT(third[0].channels, ElementsAre("pagerduty"));  // it knew of something milder
  EXPECT_EQ(third[0].now.created_by, "auto:success_low");
  EXPECT_THAT(third[0].now.firing, ElementsAre("success_low", "errors_high", "bank_unavailable"));
}

TEST_F(Book, FiveHundredSignalsOfTheSameAreOneMessage) {
  std::size_t told = 0;
  for (int i = 0; i != 500; ++i)
    for (auto const& c : fire("success_low", start + i * 1s)) told += c.channels.size();
  EXPECT_EQ(told, 1u);
  EXPECT_EQ(book.open_at("itau")->suppressed, 499u);
  EXPECT_EQ(book.all().size(), 1u);
}

TEST_F(Book, EachBankHasItsOwn) {
  fire("success_low", start);
  auto const other = fire("success_low", start, "nubank");
  EXPECT_EQ(other[0].what, kind::opened);
  EXPECT_EQ(book.all().size(), 2u);
}

TEST_F(Book, ResolvesOnceTheLastRuleHasCleared) {
  fire("success_low", start);
  fire("bank_unavailable", start + 40s);
  clear("bank_unavailable", start + 100s);
  EXPECT_THAT(book.tick(start + 100s), IsEmpty());
  clear("success_low", start + 120s);
  auto const changes = book.tick(start + 120s);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].what, kind::resolved);
  EXPECT_THAT(changes[0].channels, ElementsAre("pagerduty", "slack"));
  EXPECT_EQ(changes[0].now.status, incident_status::resolved);
  EXPECT_EQ(changes[0].now.resolved_at, start + 120s);
  EXPECT_THAT(changes[0].now.resolution_notes, HasSubstr("automaticamente"));
  EXPECT_EQ(book.open_at("itau"), nullptr);
  EXPECT_THAT(book.tick(start + 999s), IsEmpty());
}

TEST_F(Book, ABankThatFlapsHasOneIncidentAndIsToldOfOnceMore) {
  fire("success_low", start);
  clear("success_low", start + 60s);
  ASSERT_EQ(book.tick(start + 60s).size(), 1u);
  std::size_t told = 0;
  time_point t = start + 90s;
  for (int i = 0; i != 6; ++i, t += 60s) {
    for (auto const& c : fire("success_low", t)) {
      told += c.channels.size();
      EXPECT_EQ(c.what, i == 0 ? kind::reopened : kind::updated);
    }
    clear("success_low", t + 30s);
    EXPECT_THAT(book.tick(t + 30s), IsEmpty());  // held: it may well come back
  }
  EXPECT_EQ(told, 1u);
  EXPECT_EQ(book.all().size(), 1u);
  EXPECT_EQ(book.open_at("itau")->reopened, 1u);
  auto const quiet = t - 30s;
  EXPECT_THAT(book.tick(quiet + 10min - 1ms), IsEmpty());
  ASSERT_EQ(book.tick(quiet + 10min).size(), 1u);
}

TEST_F(Book, WhoHeardThatItWasOverHearsEachTimeThatItIsNot) {
  fire("success_low", start);
  auto t = start;
  for (int i = 0; i != 3; ++i) {
    clear("success_low", t += 60s);
    auto const over = book.tick(t += 10min);
    ASSERT_EQ(over.size(), 1u);
    EXPECT_THAT(over[0].channels, ElementsAre("slack"));
    auto const again = fire("success_low", t += 3min);
    EXPECT_EQ(again[0].what, kind::reopened);
    EXPECT_THAT(again[0].channels, ElementsAre("slack"));
    EXPECT_THAT(again[0].newcomers, IsEmpty());
  }
  EXPECT_EQ(book.all().size(), 1u);
}

TEST_F(Book, WhatFailedAgainUnderASilenceIsToldOnceThatEnds) {
  fire("bank_unavailable", start);
  clear("bank_unavailable", start + 60s);
  book.tick(start + 60s);
  withheld = "silêncio de ana até 14:00";
  EXPECT_THAT(fire("bank_unavailable", start + 2min)[0].channels, IsEmpty());
  auto const told = book.tick(start + 3min, [](auto&, auto&) { return ""; });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].what, kind::reopened);
  EXPECT_THAT(told[0].channels, ElementsAre("pagerduty"));
}

TEST_F(Book, WhatFailsAfterAGameDayIsNoExerciseAndTheOtherWayRound) {
  auto const once = [&](std::string of, time_point at) {
    run = std::move(of);
    auto const opened = fire("success_low", at);
    EXPECT_EQ(opened[0].what, kind::opened);
    EXPECT_THAT(opened[0].channels, ElementsAre("slack"));
    clear("success_low", at + 60s);
    EXPECT_EQ(book.tick(at + 60s).size(), 1u) << "and is over at once: it does not flap";
    return opened[0].now;
  };
  EXPECT_FALSE(once("", start).drill);
  EXPECT_TRUE(once("s1", start + 2min).drill);
  EXPECT_EQ(once("s2", start + 4min).run, "s2");
  EXPECT_FALSE(once("", start + 6min).drill);
  EXPECT_EQ(book.all().size(), 4u);
}

sighting seen_by(std::string who, time_point at, time_point began) {
  return {"itau", std::move(who), severity::medium, incident_type::other, "4 de 9 chamadas falharam", began, at};
}

TEST_F(Book, TheDetectorOpensSilentlyAndWhatElseItSeesKeepsItOpen) {
  auto const first = book.detected(seen_by("detector failures", start, start - 20s), {});
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].what, kind::detected);
  EXPECT_THAT(first[0].channels, IsEmpty());
  auto const second = book.detected(seen_by("detector slowness", start + 10s, start), {});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].what, kind::noted);
  book.cleared("itau", "detector failures", start + 60s);
  EXPECT_THAT(book.tick(start + 60s), IsEmpty()) << "calls still hang";
  book.cleared("itau", "detector slowness", start + 90s);
  EXPECT_EQ(book.tick(start + 90s).size(), 1u);
}

TEST_F(Book, WhatTheDetectorSeesBeginAfterTheLastOneWasOverReopensItSilently) {
  book.detected(seen_by("detector failures", start, start - 20s), {});
  book.cleared("itau", "detector failures", start + 60s);
  book.tick(start + 60s);
  EXPECT_THAT(book.detected(seen_by("detector failures", start + 70s, start + 50s), {}), IsEmpty()) << "a tail";
  auto const again = book.detected(seen_by("detector failures", start + 3min, start + 2min), {});
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].what, kind::detected);
  EXPECT_EQ(again[0].now.reopened, 1u);
  EXPECT_EQ(fire("success_low", start + 4min)[0].what, kind::opened) << "nobody had heard of it";
}

TEST_F(Book, WhoIsCalledByTheLadderHearsTheRest) {
  auto const id = fire("success_low", start)[0].now.id;
  EXPECT_TRUE(book.called(id, "step-1", {"manager"}).told.contains("manager"));
  clear("success_low", start + 60s);
  EXPECT_THAT(book.tick(start + 60s)[0].channels, ElementsAre("manager", "slack"));
}

TEST_F(Book, WhatOthersSawAndNeverTookBackSomebodyMayClose) {
  book.detected(seen_by("statuspage", start, start), {});
  auto const closed = book.close("INC-0001", "ana", "o banco confirmou o fim", start + 1h);
  ASSERT_TRUE(closed) << closed.error();
  EXPECT_EQ(closed->now.resolved_at, start + 1h);
  EXPECT_EQ(closed->now.status, incident_status::closed);
}

TEST_F(Book, LongAfterwardsItIsANewIncident) {
  fire("success_low", start);
  clear("success_low", start + 60s);
  book.tick(start + 60s);
  auto const again = fire("success_low", start + 60s + 10min);
  EXPECT_EQ(again[0].what, kind::opened);
  EXPECT_EQ(again[0].now.number, 2u);
}

TEST_F(Book, ADrillIsMarked) {
  run = "s1-banco-fora";
  auto const changes = fire("success_low", start);
  EXPECT_TRUE(changes[0].now.drill);
  EXPECT_EQ(changes[0].now.run, "s1-banco-fora");
}

TEST_F(Book, WhoAcknowledgesItIsInvestigatingAndThoseWhoWereToldHearOfIt) {
  auto const id = fire("success_low", start)[0].now.id;
  auto const taken = book.acknowledge(id, "ana", start + 30s);
  ASSERT_TRUE(taken) << taken.error();
  EXPECT_EQ(taken->what, kind::acknowledged);
  EXPECT_THAT(taken->channels, ElementsAre("slack"));
  EXPECT_EQ(taken->now.status, incident_status::investigating);
  EXPECT_EQ(taken->now.acknowledged_by, "ana");
  EXPECT_EQ(taken->now.assigned_to, "ana");
  EXPECT_EQ(taken->now.acknowledged_at, start + 30s);
  EXPECT_THAT(book.acknowledge(id, "rui", start + 31s).error(), HasSubstr("ana has it already"));
  EXPECT_THAT(book.acknowledge("INC-0099", "rui", start).error(), HasSubstr("no incident INC-0099"));
  EXPECT_EQ(fire("bank_unavailable", start + 40s)[0].now.status, incident_status::investigating);
}

TEST_F(Book, OnlyWhatIsOverCanBeClosedAndOnlyWithWords) {
  fire("success_low", start);
  EXPECT_THAT(book.close("INC-0001", "ana", "link do banco", start + 1s).error(), HasSubstr("success_low"));
  clear("success_low", start + 60s);
  book.tick(start + 60s);
  EXPECT_THAT(book.close("INC-0001", "ana", "  ", start + 70s).error(), HasSubstr("empty"));
  auto const closed = book.close("INC-0001", "ana", "o banco trocou o certificado", start + 70s);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->now.status, incident_status::closed);
  EXPECT_EQ(closed->now.resolution_notes, "o banco trocou o certificado");
  EXPECT_EQ(closed->now.resolved_at, start + 60s);
  EXPECT_THAT(closed->channels, IsEmpty());
  EXPECT_THAT(book.close("INC-0001", "rui", "de novo", start + 80s).error(), HasSubstr("closed already, by ana"));
}

TEST_F(Book, NotesAreKeptInOrderAndWithoutPersonalNumbers) {
  fire("success_low", start);
  ASSERT_TRUE(book.note("INC-0001", "ana", "cliente 123.456.789-09 reclamou", start + 5s));
  auto const second = book.note("INC-0001", "rui", "banco avisado", start + 6s);
  ASSERT_EQ(second->now.notes.size(), 2u);
  EXPECT_THAT(second->now.notes[0].text, testing::Not(HasSubstr("123.456.789-09")));
  EXPECT_EQ(second->now.notes[1].by, "rui");
  EXPECT_FALSE(book.note("INC-0001", "ana", "", start));
  EXPECT_FALSE(book.note("INC-0001", "ana", std::string(5000, 'x'), start));
}

TEST_F(Book, WhatIsWithheldIsWrittenDownAndToldOnceItMayBe) {
  withheld = "silêncio de ana até 14:00";
  auto const silent = fire("success_low", start);
  EXPECT_EQ(silent[0].what, kind::detected);
  EXPECT_THAT(silent[0].channels, IsEmpty());
  EXPECT_THAT(silent[0].now.notes.at(0).text, HasSubstr("silêncio de ana"));
  EXPECT_THAT(book.tick(start + 10s, [](auto&, auto&) { return "still"; }), IsEmpty());
  auto const told = book.tick(start + 20s, [](auto&, auto&) { return ""; });
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].what, kind::opened);
  EXPECT_THAT(told[0].channels, ElementsAre("slack"));
  EXPECT_EQ(told[0].now.opened_at, start);
  EXPECT_EQ(told[0].now.alerted_at, start + 20s);
}

TEST_F(Book, WhatWasOverBeforeItCouldBeToldIsNotTold) {
  withheld = "manutenção";
  fire("success_low", start);
  clear("success_low", start + 60s);
  auto const changes = book.tick(start + 60s, [](auto&, auto&) { return ""; });
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].what, kind::resolved);
  EXPECT_THAT(changes[0].channels, IsEmpty());
}

TEST_F(Book, ARestartGoesOnWithWhatWasOpenAndWithTheNumbers) {
  fire("success_low", start);
  incident_book next{{}, 43};
  next.restore(book.all(), start + 60s);
  ASSERT_TRUE(next.open_at("itau"));
  next.cleared("itau", "success_low", start + 70s);
  auto const over = next.tick(start + 70s);
  ASSERT_EQ(over.size(), 1u);
  EXPECT_THAT(over[0].channels, ElementsAre("slack"));  // who was told before hears that it is over
  std::swap(book, next);
  EXPECT_EQ(fire("success_low", start + 100s, "nubank")[0].now.label(), "INC-0002");
}

tally of(outcome o, unsigned bad, unsigned good = 0) {
  tally n;
  exchange x;
  x.result = o;
  x.counts = weight::bad;
  for (unsigned i = 0; i != bad; ++i) n.add(x);
  for (unsigned i = 0; i != good; ++i) n.add(exchange{});
  return n;
}

TEST(Classify, NamesTheKindAfterWhatDominates) {
  EXPECT_EQ(classify(of(outcome::auth_platform, 5), false), incident_type::authentication_error);
  EXPECT_EQ(classify(of(outcome::timeout, 5), false), incident_type::timeout);
  EXPECT_EQ(classify(of(outcome::network, 5), false), incident_type::connection_failure);
  EXPECT_EQ(classify(of(outcome::throttled, 5), false), incident_type::rate_limit);
  EXPECT_EQ(classify(of(outcome::invalid_body, 5), false), incident_type::data_inconsistency);
  EXPECT_EQ(classify(of(outcome::upstream_5xx, 5), false), incident_type::other);
  EXPECT_EQ(classify(of(outcome::client_gave_up, 5), false), incident_type::timeout);
  EXPECT_EQ(classify(of(outcome::client_gone, 5), false), incident_type::other);
  auto mixed = of(outcome::timeout, 3);
  mixed.merge(of(outcome::network, 4));
  EXPECT_EQ(classify(mixed, false), incident_type::connection_failure);
}

TEST(Classify, ABankThatIsSlowAndFailsNowAndThenIsSlow) {
  EXPECT_EQ(classify({}, true), incident_type::timeout);
  EXPECT_EQ(classify(of(outcome::upstream_5xx, 1, 99), true), incident_type::timeout);
  EXPECT_EQ(classify(of(outcome::network, 50, 50), true), incident_type::connection_failure);
}

TEST(Cause, SaysThatTheAppGaveUpWhereNobodyAnsweredWithAWord) {
  EXPECT_EQ(cause_of(outcome::client_gave_up), "o app desistiu de esperar");
  EXPECT_EQ(cause_of(outcome::institution_down), "institution_down");
}

}  // namespace
}  // namespace vendaval::monitor
