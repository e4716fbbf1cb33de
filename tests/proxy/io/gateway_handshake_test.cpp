// Faults of the TLS handshake on the wire, against OpenSSL as a client.
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "proxy/faults/decision.hpp"
#include "tests/proxy/io/rig.hpp"

namespace vendaval::test {
namespace {

using namespace faults;
using testing::HasSubstr;

/// What a client made of a handshake.
struct greeting {
  long verdict = X509_V_OK;  // on our certificate
  std::string error;         // OpenSSL's words; empty: there is a connection
  int chain = 0;             // certificates shown
  bool resumed = false;
  std::string version, served;  // served: body of an answer, when there is a connection
};

class GatewayHandshake : public GatewayTest {
 protected:
  void SetUp() override { settings.fault_ca = ca; }

  void arm_at_hello(std::vector<fault> kinds, duration lease = 60s) {
    std::vector<armed_fault> all;
    for (auto& kind : kinds) {
      auto& one = all.emplace_back();
      one.what = std::move(kind);
      one.where.server_names = {"localhost"};
      one.where.per = unit_of_chance::connection;
    }
    arm_as(std::move(all), "", lease);
  }

  struct asking {
    std::string name = "localhost";
    wire::tuning tune{};
    SSL_SESSION* session = nullptr;
  };
  greeting greet() { return greet(asking{}); }
  greeting greet(asking const& how) {
    greeting seen;
    ERR_clear_error();
    auto const one = tcp_client();
    try {
      one->connect_tls(ca.certificate, how.name, how.tune, how.session);
      one->say(get("/itau/"));
      seen.served = hear_message(*one).body;
    } catch (boost::system::system_error const& e) {
      seen.error = e.code().message();
    }
    seen.verdict = SSL_get_verify_result(one->tls());
    seen.chain = sk_X509_num(SSL_get_peer_cert_chain(one->tls()));
    seen.resumed = SSL_session_reused(one->tls()) == 1;
    seen.version = SSL_get_version(one->tls());
    // Else OpenSSL would hold the session for broken, and not offer it again.
    SSL_set_shutdown(one->tls(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    return seen;
  }
  static void at_most(SSL_CTX* context, int version) {
    SSL_CTX_set_max_proto_version(context, version);
    SSL_CTX_set_min_proto_version(context, version);
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  }
};

struct flaw_seen {
  certificate_flaw flaw;
  long verdict;
  int chain;
};
class GatewayCertificates : public GatewayHandshake, public testing::WithParamInterface<flaw_seen> {};
TEST_P(GatewayCertificates, AreRefusedForTheirFlawAndForNothingElse) {
  start_echo();
  arm_at_hello({faults::certificate{GetParam().flaw}});
  auto const seen = greet();
  EXPECT_NE(seen.error, "");
  EXPECT_EQ(seen.verdict, GetParam().verdict) << X509_verify_cert_error_string(seen.verdict);
  EXPECT_EQ(greet({.tune = [](SSL_CTX* c) { at_most(c, TLS1_2_VERSION); }}).verdict, GetParam().verdict);
  kill();
  EXPECT_EQ(greet().served, "\"/itau/\"");
  auto const all = reports(3);
  ASSERT_EQ(all.size(), 3u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(all[i].result, outcome::network);
    EXPECT_TRUE(all[i].injected);
    EXPECT_EQ(all[i].touched_by, std::vector<std::uint64_t>{1});
    EXPECT_THAT(all[i].decided->made, HasSubstr(certificate_flaw_names[static_cast<std::size_t>(GetParam().flaw)]));
  }
  EXPECT_TRUE(all[2].touched_by.empty());
  EXPECT_TRUE(proxy->counts().pass_through == 0);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, GatewayCertificates,
    testing::Values(flaw_seen{certificate_flaw::expired, X509_V_ERR_CERT_HAS_EXPIRED, 1},
                    flaw_seen{certificate_flaw::not_yet_valid, X509_V_ERR_CERT_NOT_YET_VALID, 1},
                    flaw_seen{certificate_flaw::wrong_name, X509_V_ERR_UNSPECIFIED, 1},
                    flaw_seen{certificate_flaw::unknown_issuer, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 1},
                    flaw_seen{certificate_flaw::untrusted_root, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2},
                    flaw_seen{certificate_flaw::self_signed, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 1}),
    [](auto const& row) { return std::string(certificate_flaw_names[static_cast<std::size_t>(row.param.flaw)]); });

TEST_F(GatewayHandshake, ACertificateFaultIsNotHiddenByASessionFromBefore) {
  start_echo();
  for (int const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto const tune = [version](SSL_CTX* c) { at_most(c, version); };
    auto const before = tcp_client();
    before->connect_tls(ca.certificate, "localhost", tune);
    before->say(get("/itau/"));
    hear_message(*before);
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> const session(SSL_get1_session(before->tls()),
                                                                            SSL_SESSION_free);
    EXPECT_TRUE(greet({.tune = tune, .session = session.get()}).resumed) << "or the test shows nothing";
    arm_at_hello({slow_handshake{0s}});
    EXPECT_TRUE(greet({.tune = tune, .session = session.get()}).resumed) << "other faults need no full handshake";
    arm_at_hello({faults::certificate{certificate_flaw::expired}});
    auto const seen = greet({.tune = tune, .session = session.get()});
    EXPECT_FALSE(seen.resumed);
    EXPECT_EQ(seen.verdict, X509_V_ERR_CERT_HAS_EXPIRED);
    kill();
  }
}

TEST_F(GatewayHandshake, AClientThatPutsUpWithTheCertificateIsServedAndCountedForNobody) {
  start_echo();
  arm_at_hello({faults::certificate{certificate_flaw::self_signed}});
  auto const one = tcp_client();
  one->connect_tls(ca.certificate, "localhost", [](SSL_CTX* context) {
    SSL_CTX_set_cert_verify_callback(context, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  });
  one->say(get("/itau/"));
  EXPECT_EQ(hear_message(*one).body, "\"/itau/\"");
  auto const all = reports(2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].result, outcome::ok);
  EXPECT_EQ(all[0].counts, weight::neither);
  EXPECT_FALSE(all[0].injected);
}

TEST_F(GatewayHandshake, IsRefusedWithTheAlertThatWasAskedFor) {
  start_echo();
  constexpr std::array<char const*, tls_alert_names.size()> said{
      "handshake failure", "internal error", "unrecognized name", "access denied", "insufficient security"};
  for (std::size_t i = 0; i < said.size(); ++i) {
    arm_at_hello({handshake_end{handshake_end::way::alert, static_cast<tls_alert>(i)}});
    EXPECT_THAT(greet().error, HasSubstr(said[i]));
  }
}

TEST_F(GatewayHandshake, IsCutWithoutAWordOrReset) {
  start_echo();
  arm_at_hello({handshake_end{handshake_end::way::close}});
  EXPECT_THAT(greet().error, testing::AnyOf(HasSubstr("stream truncated"), HasSubstr("End of file")));
  arm_at_hello({handshake_end{handshake_end::way::reset}});
  EXPECT_THAT(greet().error, HasSubstr("reset by peer"));
  EXPECT_TRUE(upstream->asked().empty());
}

TEST_F(GatewayHandshake, SpeaksAnOldVersionOnly) {
  start_echo();
  arm_at_hello({old_tls{tls_version::tls_1_1}});
  asking const today{.tune = [](SSL_CTX* c) { SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION); }};
  asking const old{.tune = [](SSL_CTX* c) { at_most(c, TLS1_1_VERSION); }};
  EXPECT_THAT(greet(today).error, HasSubstr("protocol version"));
  auto const seen = greet(old);
  EXPECT_EQ(seen.error, "");
  EXPECT_EQ(seen.version, "TLSv1.1");
  EXPECT_EQ(seen.served, "\"/itau/\"");
  arm_at_hello({old_tls{tls_version::tls_1_0}});
  EXPECT_NE(greet(old).error, "");
  kill();
  EXPECT_EQ(greet(today).version, "TLSv1.3");
  EXPECT_NE(greet(old).error, "");
}

TEST_F(GatewayHandshake, S17_OthersAreLeftAlone) {
  settings.server_names = {"127.0.0.1"};
  start_echo();
  arm_at_hello({handshake_end{}});
  EXPECT_NE(greet().error, "");
  auto const tune = [](SSL_CTX* c) {
    SSL_CTX_set_cert_verify_callback(c, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  };
  EXPECT_EQ(greet({.name = "other.test", .tune = tune}).served, "\"/itau/\"");
  arm({failing("service_unavailable")}, "bb");  // a fault of requests is no business of the handshake
  EXPECT_EQ(greet().served, "\"/itau/\"");
}

TEST_F(GatewayHandshake, IsHeldForItsTimeAndGoesOnAsUsual) {
  start_echo();
  arm_at_hello({slow_handshake{300ms}});
  auto const began = std::chrono::steady_clock::now();
  EXPECT_EQ(greet().served, "\"/itau/\"");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 300ms);
}

TEST_F(GatewayHandshake, S2_HeldHandshakesGoOnCleanWhenTheSwitchIsPulledOrTheLeaseEnds) {
  settings.limits.handshake = 200ms;  // is for clients, and no hold uses it up
  start_echo();
  for (bool const killed : {true, false}) {
    arm_at_hello({slow_handshake{10min}, faults::certificate{certificate_flaw::expired}}, killed ? 60s : 600ms);
    greeting seen;
    std::thread one([&] { seen = greet(); });
    EXPECT_TRUE(held_in_flight(1));
    std::this_thread::sleep_for(killed ? 300ms : 0ms);  // longer than limits.handshake and the tick that looks at it
    if (killed) kill();
    one.join();
    EXPECT_EQ(seen.served, "\"/itau/\"");
    EXPECT_EQ(seen.verdict, X509_V_OK);
  }
}

TEST_F(GatewayHandshake, AHeldClientThatLeavesIsNotHeldAnyLonger) {
  start_echo();
  arm_at_hello({slow_handshake{10min}});
  auto one = tcp_client();
  std::thread greeting_thread([&] {
    try {
      one->connect_tls(ca.certificate, "localhost");
    } catch (boost::system::system_error const&) {
    }
  });
  ASSERT_TRUE(held_in_flight(1));
  one->wake();
  greeting_thread.join();
  one->close();
  EXPECT_TRUE(held_in_flight(0));
  auto const all = reports(1);
  EXPECT_EQ(all.at(0).result, outcome::client_gave_up);
  EXPECT_TRUE(all.at(0).injected);
}

TEST_F(GatewayHandshake, S24_WithoutACaAnExpiredCertificateIsNotMadeUpAndThatIsCounted) {
  settings.fault_ca.reset();
  start_echo();
  arm_at_hello({faults::certificate{certificate_flaw::expired}});
  EXPECT_EQ(greet().served, "\"/itau/\"");
  EXPECT_EQ(proxy->counts().pass_through, 1u);
  arm_at_hello({faults::certificate{certificate_flaw::self_signed}});
  EXPECT_EQ(greet().verdict, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
}

}  // namespace
}  // namespace vendaval::test
