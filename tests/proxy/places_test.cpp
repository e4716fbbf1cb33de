#include "proxy/places.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace vendaval {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::NotNull;

upstream_settings usual(std::string url = "https://sandbox.belvo.com") {
  upstream_settings s;
  s.url = std::move(url);
  return s;
}

std::string refusal(upstream_settings const& s, std::vector<std::string> const& allowed) {
  try {
    place_table const table(s, allowed);
    return "";
  } catch (std::runtime_error const& e) {
    return e.what();
  }
}

TEST(Places, TheUsualOneIsWhatTheUrlSays) {
  place_table const table(usual("HTTPS://Sandbox.Belvo.com:8443"), {"sandbox.belvo.com"});
  auto const& place = table.usual();
  EXPECT_TRUE(place.secure);
  EXPECT_EQ(place.host, "sandbox.belvo.com");
  EXPECT_EQ(place.port, "8443");
  EXPECT_EQ(place.authority, "sandbox.belvo.com:8443");
  EXPECT_EQ(place.origin, "https://sandbox.belvo.com:8443");
  EXPECT_EQ(place.verify_name, "sandbox.belvo.com");
  EXPECT_EQ(place.number, 0u);
}

TEST(Places, EveryHostOfTheAllowListCanBeReached) {
  place_table const table(usual(), {"sandbox.belvo.com", "auth.bank.example", "api.bank.example:8443"});
  ASSERT_THAT(table.find(true, "auth.bank.example"), NotNull());
  EXPECT_EQ(table.find(true, "AUTH.bank.example:443"), table.find(true, "auth.bank.example"));
  EXPECT_EQ(table.find(true, "sandbox.belvo.com"), &table.usual());
  ASSERT_THAT(table.find(true, "api.bank.example:8443"), NotNull());
  EXPECT_EQ(table.find(true, "api.bank.example:8443")->origin, "https://api.bank.example:8443");
  EXPECT_EQ(table.find_port("auth.bank.example:443"), table.find(true, "auth.bank.example"));
}

TEST(Places, S5_NothingElseCanBeReachedHoweverItIsWritten) {
  place_table const table(usual(), {"sandbox.belvo.com", "10.1.2.3:8443"});
  for (auto const* authority : {"api.belvo.com",
                                "belvo.com",
                                "xsandbox.belvo.com",
                                "sandbox.belvo.com.evil.example",
                                "sandbox.belvo.com.",
                                "sandbox.belvo.com:8443",
                                "sandbox.belvo.com:80",
                                "sandbox.belvo.com:0",
                                "sandbox.belvo.com:",
                                "sandbox.belvo.com:443:443",
                                "u@sandbox.belvo.com",
                                "sandbox.belvo.com@evil.example",
                                "sandbox.belvo.com/",
                                "sandbox.belvo.com#",
                                "sandbox.belvo.com%00",
                                "sandbox\xe2\x80\xa4"
                                "belvo.com",
                                "127.0.0.1",
                                "127.1",
                                "0",
                                "0.0.0.0",
                                "2130706433",
                                "0x7f000001",
                                "017700000001",
                                "localhost",
                                "localhost.",
                                "[::1]",
                                "[::]",
                                "[::ffff:127.0.0.1]",
                                "[::ffff:10.1.2.3]:8443",
                                "169.254.169.254",
                                "[fe80::1]",
                                "metadata.google.internal",
                                "10.1.2.3",
                                "10.1.2.3:443",
                                "10.1.2.4:8443",
                                "10.1.515:8443",
                                "167838211:8443",
                                "*",
                                ""}) {
    EXPECT_THAT(table.find(true, authority), IsNull()) << authority;
    EXPECT_THAT(table.find(false, authority), IsNull()) << authority;
  }
  EXPECT_THAT(table.find(true, "10.1.2.3:8443"), NotNull());
}

TEST(Places, ConnectNamesItsPort) {
  place_table const table(usual(), {"sandbox.belvo.com"});
  EXPECT_EQ(table.find_port("sandbox.belvo.com:443"), &table.usual());
  EXPECT_THAT(table.find_port("sandbox.belvo.com"), IsNull());
  EXPECT_THAT(table.find_port("sandbox.belvo.com:80"), IsNull());
}

TEST(Places, ClearTextStaysOnThisMachine) {
  place_table const table(usual(), {"sandbox.belvo.com", "localhost", "127.0.0.1:9000"});
  EXPECT_THAT(table.find(false, "sandbox.belvo.com"), IsNull());
  EXPECT_THAT(table.find(false, "localhost"), NotNull());
  EXPECT_THAT(table.find(false, "127.0.0.1:9000"), NotNull());
}

TEST(Places, APortThatAUrlNamesSpeaksWhatTheUrlSays) {
  place_table const table(usual("http://localhost:9000"), {"localhost:9000"});
  EXPECT_THAT(table.find(true, "localhost:9000"), IsNull());
  EXPECT_EQ(table.find_port("localhost:9000"), &table.usual());
}

TEST(Places, HostsMayHaveTheirOwnAuthorityAndName) {
  auto s = usual();
  s.ca_file = "usual.pem";
  s.hosts = {{"https://10.0.0.7:8443", "other.pem", "bank.example"}};
  place_table const table(s, {"sandbox.belvo.com", "10.0.0.7:8443", "sandbox.belvo.com:9443", "third.example"});
  auto const* other = table.find(true, "10.0.0.7:8443");
  ASSERT_THAT(other, NotNull());
  EXPECT_EQ(other->ca_file, "other.pem");
  EXPECT_EQ(other->verify_name, "bank.example");
  EXPECT_EQ(table.find(true, "sandbox.belvo.com:9443")->ca_file, "usual.pem") << "the same host at another port";
  EXPECT_EQ(table.find(true, "third.example")->ca_file, "");
  for (std::size_t i = 0; i < table.all().size(); ++i) EXPECT_EQ(table.all()[i].number, i);
}

TEST(Places, WhatIsOffTheListIsRefusedAtStart) {
  EXPECT_THAT(refusal(usual("https://other.example"), {"sandbox.belvo.com"}),
              HasSubstr("https://other.example is not on the allow-list of hosts (allowed: sandbox.belvo.com)"));
  auto s = usual();
  s.hosts = {{"https://other.example", "", ""}};
  EXPECT_THAT(refusal(s, {"sandbox.belvo.com"}), HasSubstr("https://other.example is not on the allow-list"));
  EXPECT_THAT(refusal(usual(), {"sandbox.belvo.com:8443"}), HasSubstr("is not on the allow-list"));
  EXPECT_THAT(refusal(usual(), {"sandbox.belvo.com", "*.belvo.com"}), HasSubstr("is not a host name"));
}

TEST(Places, ANameMayLeadToABankButNotToThisMachineOrItsLink) {
  for (auto const* address :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "0.1.2.3", "::", "169.254.169.254",
        "::ffff:169.254.169.254", "fe80::1", "fe80::1%eth0", "224.0.0.1", "255.255.255.255", "ff02::1", "", "bank"})
    EXPECT_FALSE(may_live_at("bank.example", address)) << address;
  for (auto const* address : {"203.0.113.7", "10.1.2.3", "172.18.0.2", "192.168.1.1", "2001:db8::1", "fd00::1"})
    EXPECT_TRUE(may_live_at("bank.example", address)) << address;
  EXPECT_TRUE(may_live_at("localhost", "127.0.0.1"));
  EXPECT_TRUE(may_live_at("::1", "::1"));
  EXPECT_TRUE(may_live_at("127.0.0.2", "127.0.0.2"));
  EXPECT_FALSE(may_live_at("169.254.169.254", "169.254.169.254"));
}

TEST(Places, ProductionIsOnlyReachedWhenAPersonSaidSo) {
  EXPECT_THAT(refusal(usual(), {"sandbox.belvo.com", "API.belvo.com"}), HasSubstr("serves real customers"));
  EXPECT_THAT(refusal(usual(), {"sandbox.belvo.com", "api.belvo.com.:443"}), HasSubstr("serves real customers"));
  auto s = usual();
  s.production_confirmed = true;
  EXPECT_EQ(refusal(s, {"sandbox.belvo.com", "api.belvo.com"}), "");
}

}  // namespace
}  // namespace vendaval
