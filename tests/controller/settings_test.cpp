#include "controller/settings.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace vendaval::controller {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view sandbox = "[environment]\nname = \"sandbox\"\n";

std::string complaints(std::string const& text) {
  auto const read = check_settings(text, "vendaval.toml");
  return read ? "" : explain(read.error(), text);
}
std::string complaints_beside(std::string_view text) { return complaints(std::string(sandbox) + std::string(text)); }

TEST(Settings, TheEnvironmentAloneIsEnough) {
  auto const s = check_settings(std::string(sandbox), "vendaval.toml");
  ASSERT_TRUE(s) << explain(s.error(), sandbox);
  EXPECT_EQ(s->where, environment::sandbox);
  EXPECT_TRUE(s->proxy.listen.loopback());
  EXPECT_TRUE(s->api.listen.loopback());
  EXPECT_TRUE(s->upstream.allow.empty()) << "no host means no faults";
  EXPECT_EQ(s->banks.ids().size(), 7u);
  EXPECT_EQ(s->rules.size(), 4u);
  EXPECT_EQ(s->game_day.compress, 1u);
  EXPECT_EQ(s->game_day.lease, 15s);
}

TEST(Settings, AToxiproxyIsThereOnlyWhereItIsAskedForAndNotOpenToOthers) {
  EXPECT_FALSE(check_settings(std::string(sandbox), "vendaval.toml")->toxiproxy);
  auto const asked = check_settings(std::string(sandbox) + "[toxiproxy]\nlease = \"5m\"\n", "vendaval.toml");
  ASSERT_TRUE(asked && asked->toxiproxy);
  EXPECT_EQ(asked->toxiproxy->listen, (listen_address{"127.0.0.1", 8474}));
  EXPECT_EQ(asked->toxiproxy->lease, 5min);
  EXPECT_THAT(complaints_beside("[toxiproxy]\nlisten = \"0.0.0.0:8474\"\n"), HasSubstr("without a token"));
  EXPECT_THAT(complaints_beside("[toxiproxy]\nlease = \"2d\"\n"), HasSubstr("lease"));
}

TEST(Settings, WebhooksHaveAWayInOnlyWhereItIsAskedFor) {
  EXPECT_FALSE(check_settings(std::string(sandbox), "vendaval.toml")->webhooks.listen);
  std::string const both = "[webhooks]\nlisten = \"127.0.0.1:9445\"\napp = \"https://app.staging.example:8443\"\n";
  auto const asked = check_settings(std::string(sandbox) + both + "ca = \"ca.pem\"\n", "vendaval.toml");
  ASSERT_TRUE(asked) << explain(asked.error(), sandbox);
  EXPECT_EQ(asked->webhooks.listen, (listen_address{"127.0.0.1", 9445}));
  EXPECT_EQ(asked->webhooks.app, "https://app.staging.example:8443");
  EXPECT_EQ(asked->webhooks.ca, "ca.pem");
}

TEST(Settings, WebhooksGoToOneOriginThatNobodyOnTheWayCanRead) {
  auto const with = [](std::string const& app) {
    return complaints_beside("[webhooks]\nlisten = \"127.0.0.1:9445\"\napp = \"" + app + "\"\n");
  };
  for (auto const* good : {"https://app.example", "https://app.example:8443", "http://127.0.0.1:3000",
                           "http://localhost:3000", "http://[::1]:3000"})
    EXPECT_EQ(with(good), "") << good;
  for (auto const* bad : {"", "app.example", "http://app.example", "ftp://app.example", "https://", "http://10.0.0.7",
                          "https://app.example/", "https://app.example/hooks"}) {
    EXPECT_THAT(with(bad), HasSubstr("5:7: app must be an origin such as \"https://app.staging.example\"")) << bad;
  }
}

TEST(Settings, WhatIsMissingOrUnknownOfWebhooksIsNamed) {
  EXPECT_THAT(complaints_beside("[webhooks]\nlisten = \"127.0.0.1:9445\"\n"), HasSubstr("app"));
  EXPECT_THAT(complaints_beside("[webhooks]\napp = \"https://app.example\"\n"), HasSubstr("listen"));
  EXPECT_THAT(complaints_beside("[webhooks]\nlisten = \"9445\"\napp = \"https://app.example\"\n"), HasSubstr("4:10"));
  EXPECT_THAT(complaints_beside("[webhooks]\nlisten = 9445\napp = 1\n"), HasSubstr("listen"));
  EXPECT_THAT(complaints_beside("[webhooks]\nlisten = \"127.0.0.1:9445\"\napp = \"https://app.example\"\nap = 1\n"),
              HasSubstr("did you mean \"app\"?"));
  EXPECT_THAT(complaints_beside("[webhook]\n"), HasSubstr("webhooks"));
}

TEST(Settings, KeysAreRefusedWhereTheDialectWouldNeverLookAtThem) {
  std::string const place = "[[upstream.place]]\ninstitution = \"itau\"\n",
                    ofb = "[upstream]\ndialect = \"open_finance\"\n";
  EXPECT_EQ(complaints_beside("[upstream]\nmulti_bank = \"drop-results\"\n"), "");
  EXPECT_EQ(complaints_beside(ofb + "header = \"X-Bank\"\n"), "");
  EXPECT_EQ(complaints_beside(ofb + place + "host = \"api.itau.example\"\n"), "");
  EXPECT_THAT(complaints_beside("[upstream]\nheader = \"X-Bank\"\n"), HasSubstr("4:10: header is for dialects"));
  EXPECT_THAT(complaints_beside("[upstream]\n" + place + "path = \"/i/\"\n"), HasSubstr("place is for dialects"));
  EXPECT_THAT(complaints_beside(ofb + "header = \"X\"\nmulti_bank = \"pass\"\n"), HasSubstr("that only Belvo has"));
  EXPECT_THAT(complaints_beside(ofb), HasSubstr("4:11: dialect \"open_finance\" knows a bank by its address"));
  EXPECT_THAT(complaints_beside("[upstream]\nmulti_bank = \"drop\"\n"), HasSubstr("drop-results"));
}

TEST(Settings, PlacesAreOfKnownBanksAndSomewhere) {
  auto const with = [](std::string const& keys) {
    return complaints_beside("[upstream]\ndialect = \"plain\"\n[[upstream.place]]\n" + keys);
  };
  EXPECT_EQ(with("institution = \"ofitau_br_retail\"\npath = \"/itau/\"\n"), "");
  EXPECT_THAT(with("institution = \"itauu\"\npath = \"/itau/\"\n"), HasSubstr("6:15: unknown institution \"itauu\""));
  EXPECT_THAT(with("institution = \"itau\"\n"), HasSubstr("neither host nor path"));
  EXPECT_THAT(with("institution = \"itau\"\npath = \"itau/\"\n"), HasSubstr("does not begin with a slash"));
  EXPECT_THAT(with("institution = \"itau\"\nhost = \"https://x\"\n"), HasSubstr("is not a host name"));
  EXPECT_THAT(with("path = \"/itau/\"\n"), HasSubstr("institution"));
}

TEST(Settings, KnowTheNamesOfBanksThatSayNone) {
  auto const s = check_settings(
      std::string(sandbox) + "[[institution]]\nid = \"picpay\"\n[links]\nfile = \"links.csv\"\n", "vendaval.toml");
  ASSERT_TRUE(s) << explain(s.error(), sandbox);
  EXPECT_EQ(s->banks.name_of("ofpicpay_br_retail"), "PicPay");
  EXPECT_EQ(s->links_file, "links.csv");
  EXPECT_TRUE(s->links.empty());
}

TEST(Settings, S6_RefuseToStartWhereThingsMayNotBeBroken) {
  for (auto const* text :
       {"", "[environment]\n", "[environment]\nname = \"production\"\n", "[environment]\nname = \"\"\n",
        "[environment]\nname = 1\n", "[environment]\nname = \"Staging\"\n"})
    EXPECT_THAT(complaints(text), HasSubstr("only starts where that is safe: ")) << text;
  EXPECT_EQ(complaints("[environment]\nname = \"staging\"\n"), "");
}

TEST(Settings, S6_ProductionHostsNeedASentenceThatNobodyTypesByAccident) {
  for (std::string const host : {"api.belvo.com", "API.Belvo.com", "api.belvo.com."}) {
    auto const text = "[upstream]\nurl = \"https://" + host + "\"\n";
    EXPECT_THAT(complaints_beside(text), HasSubstr("serves real customers")) << host;
    EXPECT_THAT(complaints_beside(text + "production = \"yes\"\n"), HasSubstr("serves real customers")) << host;
    EXPECT_EQ(complaints_beside(text + "production = \"" + std::string(production_phrase) + "\"\n"), "") << host;
  }
  EXPECT_THAT(complaints_beside("[upstream]\nallow = [\"sandbox.belvo.com\", \"api.belvo.com\"]\n"),
              HasSubstr("vendaval.toml:4:31: \"api.belvo.com\" serves real customers"));
}

TEST(Settings, TheAllowListNamesExactHosts) {
  EXPECT_EQ(complaints_beside("[upstream]\nallow = [\"sandbox.belvo.com\"]\n"), "");
  for (std::string const entry : {"*.belvo.com", "https://sandbox.belvo.com", "sandbox.belvo.com/", ""})
    EXPECT_THAT(complaints_beside("[upstream]\nallow = [\"sandbox.belvo.com\", \"" + entry + "\"]\n"),
                HasSubstr("is not a host name"))
        << entry;
  EXPECT_THAT(complaints_beside("[upstream]\nallow = [\"localhost\"]\n"),
              HasSubstr("the upstream \"sandbox.belvo.com\" is not on this list, so no fault could ever be injected"));
}

TEST(Settings, HostsBesideTheUsualOneMustBeOnTheListToo) {
  std::string const list = "[upstream]\nallow = [\"sandbox.belvo.com\", \"auth.bank.example:8443\"]\n";
  auto const s = check_settings(std::string(sandbox) + list +
                                    "[[upstream.host]]\nurl = \"https://auth.bank.example:8443\"\nca = \"ca.pem\"\n"
                                    "server_name = \"bank\"\n",
                                "vendaval.toml");
  ASSERT_TRUE(s) << explain(s.error(), list);
  EXPECT_EQ(s->upstream.hosts.at(0).ca_file, "ca.pem");
  EXPECT_EQ(s->upstream.hosts.at(0).server_name, "bank");
  for (auto const& [host, message] : std::vector<std::pair<std::string, std::string>>{
           {"url = \"https://other.example\"\n", "\"other.example\" is not on this list"},
           {"url = \"http://auth.bank.example:8443\"\n", "in the clear"},
           {"ca = \"ca.pem\"\n", "url"}})
    EXPECT_THAT(complaints_beside(list + "[[upstream.host]]\n" + host), HasSubstr(message)) << host;
}

TEST(Settings, AForwardProxyStaysOnThisMachine) {
  EXPECT_EQ(complaints_beside("[proxy]\nforward_listen = \"127.0.0.1:8888\"\n"), "");
  EXPECT_THAT(complaints_beside("[proxy]\nforward_listen = \"0.0.0.0:8888\"\n"), HasSubstr("on loopback only"));
  EXPECT_THAT(complaints_beside("[proxy]\nintercept = true\n"), HasSubstr("has nothing to intercept"));
  EXPECT_THAT(complaints_beside("[proxy]\nforward_listen = \"127.0.0.1:8888\"\nintercept = true\n"),
              HasSubstr("needs a CA to sign with"));
}

TEST(Settings, EveryLimitHasBounds) {
  auto const s = check_settings(
      std::string(sandbox) + "[limits]\nhead = \"3s\"\nminimum_rate = \"1KiB\"\nconnections_per_client = 5\n",
      "x.toml");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->limits.head, 3s);
  EXPECT_EQ(s->limits.minimum_rate.count, 1024u);
  EXPECT_EQ(s->limits.connections_per_client, 5u);
  EXPECT_EQ(s->limits.drain, 10s);
  for (auto const* line :
       {"head = \"1ms\"", "idle = \"2h\"", "connections = 0", "head_size = \"1B\"", "drain = \"1h\""})
    EXPECT_THAT(complaints_beside("[limits]\n" + std::string(line)), HasSubstr("vendaval.toml:4:")) << line;
}

TEST(Settings, APinNeedsAReasonAndSixtyFourDigits) {
  std::string const digest(64, 'a');
  EXPECT_EQ(complaints_beside("[upstream]\npin = \"" + digest + "\"\npin_reason = \"self-signed since May\"\n"), "");
  EXPECT_THAT(complaints_beside("[upstream]\npin = \"" + digest + "\"\n"), HasSubstr("needs a reason"));
  EXPECT_THAT(complaints_beside("[upstream]\npin = \"abc\"\npin_reason = \"x\"\n"), HasSubstr("64 hex digits"));
  EXPECT_THAT(complaints_beside("[upstream]\npin_reason = \"x\"\n"), HasSubstr("there is none"));
}

TEST(Settings, CertificatesAndKeysComeTogether) {
  EXPECT_THAT(complaints_beside("[upstream]\ncertificate = \"a.pem\"\n"), HasSubstr("come together"));
  EXPECT_THAT(complaints_beside("[proxy]\nclient_ca = \"a.pem\"\n"), HasSubstr("means nothing without TLS"));
  EXPECT_THAT(complaints_beside("[proxy]\nfault_ca = \"a.pem\"\n"), HasSubstr("fault_ca and fault_key come together"));
  auto const s = check_settings(std::string(sandbox) +
                                    "[proxy]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n"
                                    "[[proxy.identity]]\ncertificate = \"b.pem\"\nkey = \"b.key\"\n",
                                "x.toml");
  ASSERT_TRUE(s);
  ASSERT_EQ(s->proxy.identities.size(), 1u);
  EXPECT_EQ(s->proxy.identities[0].key, "b.key");
}

TEST(Settings, CredentialsDoNotTravelInTheClear) {
  EXPECT_THAT(complaints_beside("[upstream]\nurl = \"http://sandbox.belvo.com\"\n"), HasSubstr("in the clear"));
  EXPECT_EQ(complaints_beside("[upstream]\nurl = \"http://127.0.0.1:9000\"\n"), "");
  EXPECT_THAT(complaints_beside("[upstream]\nurl = \"http://127.evil.example\"\n"), HasSubstr("in the clear"));
  EXPECT_THAT(complaints_beside("[upstream]\nurl = \"https://id:password@sandbox.belvo.com\"\n"),
              HasSubstr("without user name and password"));
}

TEST(Settings, AnApiThatOthersCanReachNeedsAToken) {
  EXPECT_THAT(complaints_beside("[api]\nlisten = \"0.0.0.0:8480\"\n"), HasSubstr("without a token"));
  EXPECT_EQ(complaints_beside("[api]\nlisten = \"0.0.0.0:8480\"\ntoken_file = \"token\"\n"), "");
  EXPECT_EQ(complaints_beside("[api]\nlisten = \"[::1]:8480\"\n"), "");
  EXPECT_THAT(complaints_beside("[api]\nlisten = \"127.evil.example:8480\"\n"), HasSubstr("without a token"));
}

TEST(Settings, AddressesAreAHostAndAPort) {
  EXPECT_EQ(listen_address::parse("127.0.0.1:8443"), (listen_address{"127.0.0.1", 8443}));
  EXPECT_EQ(listen_address::parse("[::1]:1"), (listen_address{"::1", 1}));
  EXPECT_EQ((listen_address{"::1", 1}.text()), "[::1]:1");
  for (auto const* wrong :
       {"", ":80", "localhost", "localhost:", "localhost:65536", "localhost:-1", "::1:80", "localhost:8o"})
    EXPECT_FALSE(listen_address::parse(wrong)) << wrong;
}

TEST(Settings, LinksLeadToBanksThatExist) {
  auto const s =
      check_settings(std::string(sandbox) + "[links]\n\"8848bd0c\" = \"ofitau_br_retail\"\n", "vendaval.toml");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->links.at("8848bd0c"), "itau");
  EXPECT_THAT(complaints_beside("[links]\n\"8848bd0c\" = \"itauu\"\n"),
              HasSubstr("vendaval.toml:4:14: unknown institution \"itauu\"\n     4 | \"8848bd0c\" = \"itauu\"\n"));
}

TEST(Settings, InstitutionsOfOnesOwnTakeThePlaceOfOurs) {
  auto const s =
      check_settings(std::string(sandbox) + "[[institution]]\nid = \"xp\"\naliases = [\"ofxp_br\"]\n", "vendaval.toml");
  ASSERT_TRUE(s);
  EXPECT_THAT(s->banks.ids(), testing::ElementsAre("xp"));
  EXPECT_THAT(complaints_beside("[[institution]]\nid = \"global\"\n"), HasSubstr("a name of our own"));
  EXPECT_THAT(complaints_beside("[[institution]]\nid = \"a\"\n[[institution]]\nid = \"a\"\n"),
              HasSubstr("already listed"));
}

TEST(Settings, AWebhooksAddressIsNeverShown) {
  for (std::string const url : {"http://hooks.slack.com/services/T0/B0/geheim", "geheim", "ftp://x/geheim"}) {
    auto const told = complaints_beside("[[channel]]\nname = \"ops\"\nkind = \"slack\"\nurl = \"" + url + "\"\n");
    EXPECT_THAT(told, HasSubstr("the url of channel \"ops\" must be an https:// address")) << url;
    EXPECT_THAT(told, Not(HasSubstr("geheim")));
  }
  EXPECT_EQ(complaints_beside(
                "[[channel]]\nname = \"ops\"\nkind = \"slack\"\nurl = \"https://hooks.slack.com/services/T0/B0/x\"\n"),
            "");
}

TEST(Settings, ChannelsSayWhatTheirKindNeeds) {
  auto const mail = [](std::string const& rest) {
    return complaints_beside("[[channel]]\nname = \"m\"\nkind = \"email\"\n" + rest);
  };
  std::string const server = "url = \"smtp://smtp.x.y:587\"\n", from = "from = \"v@x.y\"\n", to = "to = [\"a@x.y\"]\n";
  EXPECT_EQ(mail(server + from + to), "");
  EXPECT_THAT(mail("url = \"https://x.y\"\n" + from + to), HasSubstr("must be a mail server"));
  EXPECT_THAT(mail("url = \"smtp://geheim@x.y\"\n" + from + to), Not(HasSubstr("geheim")));
  EXPECT_THAT(mail(server + "from = \"nobody\"\n" + to), HasSubstr("from must be a mail address"));
  EXPECT_THAT(mail(server + from + "to = [\"a@x.y\", \"b\"]\n"), HasSubstr("\"b\" is no mail address"));
  EXPECT_THAT(mail(server + from + "to = []\n"), HasSubstr("to names nobody"));
  EXPECT_THAT(mail(server + from), HasSubstr("to"));
  auto const pager = [](std::string const& rest) {
    return complaints_beside("[[channel]]\nname = \"p\"\nkind = \"pagerduty\"\n" + rest);
  };
  EXPECT_EQ(pager("token = \"k\"\n"), "") << "its address is known";
  EXPECT_THAT(pager(""), HasSubstr("channel \"p\" has no token"));
  EXPECT_THAT(pager("token = \"geheim\"\ntoken_file = \"f\"\n"), HasSubstr("has both token and token_file"));
  EXPECT_THAT(pager("token = \"geheim\"\ntoken_file = \"f\"\n"), Not(HasSubstr("geheim")));
  EXPECT_THAT(pager("token = \"k\"\nfallback = \"q\"\n"), HasSubstr("there is no channel \"q\" above this one"));
  EXPECT_THAT(pager("token = \"k\"\nto = [\"x\"]\n"), HasSubstr("unknown key \"to\""));
  EXPECT_THAT(complaints_beside("[[channel]]\nname = \"c\"\nkind = \"alertmanager\"\nto = [\"http://am:9093\"]\n"),
              HasSubstr("\"http://am:9093\" is not an https:// address"));
}

TEST(Settings, ACredentialThatIsEmptyIsNone) {
  auto const pager = [](std::string const& rest) {
    return complaints_beside("[[channel]]\nname = \"p\"\nkind = \"pagerduty\"\n" + rest);
  };
  EXPECT_THAT(pager("token = \"\"\n"), HasSubstr("the token of channel \"p\" is empty"));
  EXPECT_THAT(pager("token_file = \"\"\n"), HasSubstr("the token of channel \"p\" is empty"));
  EXPECT_THAT(pager("token = \"k\"\ndrill_token = \"\"\n"), HasSubstr("the drill_token of channel \"p\" is empty"));
  EXPECT_THAT(pager("token = 3\n"), Not(HasSubstr("is empty"))) << "one mistake is told once";
  auto const mail = [](std::string const& rest) {
    return complaints_beside(
        "[[channel]]\nname = \"m\"\nkind = \"email\"\nurl = \"smtp://x.y:587\"\nfrom = \"v@x.y\"\nto = "
        "[\"a@x.y\"]\n" +
        rest);
  };
  EXPECT_THAT(mail("user = \"vendaval\"\n"), HasSubstr("channel \"m\" has a user and no token"));
  EXPECT_EQ(mail("user = \"vendaval\"\ntoken_file = \"password\"\n"), "");
  EXPECT_EQ(mail(""), "");
}

TEST(Settings, NoSecretIsInWhatIsSaidOfAConfiguration) {
  for (std::string const line :
       {"tokn = \"xoxb-SECRET-1234567890\"", "token = xoxb-SECRET", "token = \"xoxb-SECRET",
        "token = \"xoxb-SECRET\"\ntoken = \"xoxb-SECRET\"", "token = [\"xoxb-SECRET\"]",
        "webhook_url = \"https://hooks.slack.com/services/T0/B0/SECRET\"", "password = \"SECRET\"", "password = SECRET",
        "uri = \"postgresql://vendaval:SECRET@localhost/vendaval\"", "to = [\"http://ana:SECRET@10.0.0.1:9093\"]"})
    for (std::string const table : {"[[channel]]\nname = \"c\"\nkind = \"alertmanager\"", "[storage]", "[probes]",
                                    "[api]", "[upstream]", "[notifications]", "[game_day]"}) {
      auto const said = complaints_beside(table + "\n" + line + "\n");
      EXPECT_THAT(said, HasSubstr("vendaval.toml:")) << table << " " << line;
      EXPECT_THAT(said, Not(HasSubstr("SECRET"))) << table << " " << line;
    }
  EXPECT_THAT(complaints_beside("[storage]\nurl = \"postgresql://vendaval:SECRET@[/x\"\n"), Not(HasSubstr("SECRET")));
  EXPECT_THAT(complaints_beside("[probes]\nevery = \"1s\"\n"), HasSubstr("| every = \"1s\""));
}

TEST(Settings, TheDatabaseIsOneThatCanBeOpened) {
  for (auto const* url : {"sqlite:vendaval.db", "sqlite:///var/lib/x.db", "postgresql://vendaval@localhost/vendaval",
                          "postgres://vendaval@localhost/vendaval"})
    EXPECT_EQ(complaints_beside("[storage]\nurl = \"" + std::string(url) + "\"\n"), "") << url;
  EXPECT_THAT(complaints_beside("[storage]\nurl = \"sqlite:\"\n"), HasSubstr("sqlite: names no file"));
  EXPECT_THAT(complaints_beside("[storage]\nurl = \"sqlite://\"\n"), HasSubstr("sqlite: names no file"));
}

TEST(Settings, ANameStandsForOneBank) {
  std::string const a = "[[institution]]\nid = \"a\"\naliases = [\"b\", \"c\"]\n";
  EXPECT_EQ(complaints_beside(a + "[[institution]]\nid = \"d\"\n"), "");
  EXPECT_THAT(complaints_beside("[[institution]]\nid = \"*\"\n"), HasSubstr("\"*\" is a name of our own"));
  EXPECT_THAT(complaints_beside("[[institution]]\nid = \"\"\n"), HasSubstr("id is empty"));
  EXPECT_THAT(complaints_beside(a + "[[institution]]\nid = \"b\"\n"),
              HasSubstr("\"b\" is an alias of institution \"a\""));
  EXPECT_THAT(complaints_beside(a + "[[institution]]\nid = \"e\"\naliases = [\"a\"]\n"),
              HasSubstr("the alias \"a\" is a name of institution \"a\" already"));
  EXPECT_THAT(complaints_beside(a + "[[institution]]\nid = \"e\"\naliases = [\"c\"]\n"),
              HasSubstr("the alias \"c\" is a name of institution \"a\" already"));
}

TEST(Settings, ATableThatIsNoneIsToldHowItIsWritten) {
  EXPECT_THAT(complaints_beside("[usual]\nrelax = 3\n"), HasSubstr("write [[usual.relax]] on a line of its own"));
  EXPECT_THAT(complaints_beside("[probes]\nurl = \"https://localhost\"\ncall = 3\n"),
              HasSubstr("write [[probes.call]] on a line of its own"));
  EXPECT_THAT(complaints_beside("[faults]\ndeny = 3\n"), HasSubstr("write [[faults.deny]] on a line of its own"));
}

TEST(Settings, TheLadderIsReadStepByStep) {
  auto const s = check_settings(std::string(sandbox) +
                                    "[notifications]\nrepeat = \"30m\"\n[[escalation]]\nafter = \"5m\"\n"
                                    "channels = [\"manager\"]\n"
                                    "[[channel]]\nname = \"manager\"\nkind = \"pagerduty\"\ntoken = \"k\"\n",
                                "vendaval.toml");
  ASSERT_TRUE(s);
  EXPECT_EQ(s->escalation.repeat, duration(30min));
  ASSERT_EQ(s->escalation.steps.size(), 1u);
  EXPECT_EQ(s->escalation.steps[0].after, duration(5min));
}

TEST(Settings, ProbesComeOftenEnoughForThreeInARowToBeKnown) {
  auto const every = [](std::string_view pause) {
    return fmt::format(
        "[probes]\nurl = \"https://localhost:8443\"\nevery = \"{}\"\n"
        "[[probes.call]]\ninstitution = \"itau\"\npath = \"/api/accounts/\"\n",
        pause);
  };
  for (auto const* const pause : {"5s", "30s", "5m"})
    EXPECT_THAT(complaints_beside(every(pause)), Not(HasSubstr("every"))) << pause;
  for (auto const* const pause : {"4s", "301s", "1h"}) {
    auto const told = complaints_beside(every(pause));
    EXPECT_THAT(told, HasSubstr(fmt::format("every = {} is not from 5s to 5m", show(*parse_duration(pause)))));
    EXPECT_THAT(told, HasSubstr("three failures in a row are an outage, and the last 16m are looked at"));
    EXPECT_THAT(told, HasSubstr("write every = \"30s\""));
  }
}

TEST(Settings, WhoIsToldMustBeAChannelThatIsConfigured) {
  std::string const channels =
      "[[channel]]\nname = \"pager\"\nkind = \"pagerduty\"\ntoken = \"k\"\n"
      "[[channel]]\nname = \"manager\"\nkind = \"pagerduty\"\ntoken = \"k\"\n";
  auto const step = [](std::string const& names) {
    return "[[escalation]]\nafter = \"5m\"\nchannels = [" + names + "]\n";
  };
  auto const rule = [](std::string const& names) {
    return "[[rule]]\nname = \"mine\"\nmetric = \"outage\"\nchannels = [" + names + "]\n";
  };
  EXPECT_EQ(complaints_beside(channels + step("\"manager\"") + rule("\"pager\", \"manager\"")), "");
  for (auto const& wrong : {step("\"pager\", \"manger\""), rule("\"pager\", \"manger\"")}) {
    auto const told = complaints_beside(channels + wrong);
    EXPECT_THAT(told, HasSubstr("there is no [[channel]] named \"manger\""));
    EXPECT_THAT(told, HasSubstr("did you mean \"manager\"? accepted: \"pager\", \"manager\""));
  }
  EXPECT_THAT(complaints_beside(step("\"slack\"")), HasSubstr("none is configured"));
  EXPECT_EQ(complaints_beside("[[rule]]\nname = \"mine\"\nmetric = \"outage\"\n"), "") << "it tells whom there is";
  EXPECT_EQ(complaints_beside(channels), "") << "shipped rules may name others";
}

TEST(Settings, EverythingElseThatIsWrongIsToldToo) {
  for (auto const& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"[upstrem]\n", "unknown key \"upstrem\""},
           {"[upstream]\ndialect = \"belvoo\"\n", "did you mean \"belvo\"?"},
           {"[proxy]\nlisten = \"8443\"\n", "listen must be an address and a port"},
           {"[proxy]\ncertificate = \"c.pem\"\n", "certificate and key come together"},
           {"[proxy]\nthreads = \"2\"\n", "threads must be a whole number"},
           {"[storage]\nurl = \"mysql://x\"\n", "url must begin with \"sqlite:\" or \"postgresql://\""},
           {"[game_day]\ncompress = 0\n", "compress = 0 is outside 1 to 1000"},
           {"[game_day]\ncompress = 1001\n", "compress = 1001 is outside 1 to 1000"},
           {"[game_day]\nlease = \"61s\"\n", "lease = 61s is outside 1s to 1m"},
           {"[faults]\nlongest_lease = \"2h\"\n", "longest_lease = 2h is outside"},
           {"[[channel]]\nname = \"ops\"\nkind = \"pager\"\nurl = \"https://x.y\"\n", "kind must be one of"}})
    EXPECT_THAT(complaints_beside(text), HasSubstr(message));
}

}  // namespace
}  // namespace vendaval::controller
