// Whom we trust, who may come in, and under which terms.
#include <openssl/ssl.h>
#include <sys/stat.h>

#include "tests/proxy/io/rig.hpp"
#include "tests/support/issue_certificate.hpp"

namespace vendaval::test {
namespace {

using testing::HasSubstr;

class GatewayTls : public GatewayTest {
 protected:
  static void answer_all(wire& to, message) { to.say(answer("{}")); }
  /// Lets the bank ask for a client certificate under our CA.
  void demand(SSL_CTX* context) const {
    SSL_CTX_load_verify_file(context, ca.certificate.c_str());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  static void show(SSL_CTX* context, tls_identity const& identity) {
    SSL_CTX_use_certificate_chain_file(context, identity.certificate.c_str());
    SSL_CTX_use_PrivateKey_file(context, identity.key.c_str(), SSL_FILETYPE_PEM);
  }
  /// What a client with this certificate is answered; nothing when it is turned away.
  std::string first_line_for(std::optional<tls_identity> const& identity) {
    auto const one = tcp_client();
    try {
      one->connect_tls(ca.certificate, "localhost", [&](SSL_CTX* context) {
        if (identity) show(context, *identity);
      });
      one->say(get("/itau/"));
      return hear_message(*one).first_line();
    } catch (boost::system::system_error const&) {
      return {};
    }
  }
};

TEST_F(GatewayTls, ABankThatIsNotWhoItShouldBeNeverGetsARequestAndTheReasonIsSaid) {
  temporary_folder strange;
  auto const stranger = ensure_local_ca(strange.path());
  auto const own = [&](certificate_request what) { return issue_certificate(&ca, folder.path(), what); };
  struct row {
    tls_identity shown;
    char const* reason;
  };
  for (auto const& [shown, reason] : {
           row{own({.name = "expired", .until = -60}), "certificate has expired"},
           row{own({.name = "early", .from = 3600}), "certificate is not yet valid"},
           row{own({.name = "other", .subject = "DNS:other.test"}), "hostname mismatch"},
           row{own({.name = "part", .subject = "DNS:b*k.test"}), "hostname mismatch"},
           row{own({.name = "client", .usage = "clientAuth"}), "unsuitable certificate purpose"},
           row{issue_certificate(nullptr, folder.path(), {.name = "self"}), "self-signed certificate"},
           row{issue_certificate(&stranger, strange.path(), {.name = "stranger"}), "unable to get local issuer"},
       }) {
    start(answer_all, shown);
    auto const got = ask(get("/itau/"));
    EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway") << reason;
    EXPECT_THAT(got.body, HasSubstr(reason));
    EXPECT_TRUE(upstream->asked().empty()) << reason;
    EXPECT_EQ(upstream->handshakes(), 0) << reason;
    proxy.reset();
  }
}

TEST_F(GatewayTls, ABankThatSpeaksAnOldProtocolIsRefused) {
  for (auto const version : {TLS1_VERSION, TLS1_1_VERSION}) {
    start(answer_all, bank_identity, [version](SSL_CTX* context) {
      SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
      SSL_CTX_set_max_proto_version(context, version);
      SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    });
    auto const got = ask(get("/itau/"));
    EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
    EXPECT_THAT(got.body, HasSubstr("protocol version"));
    EXPECT_TRUE(upstream->asked().empty());
    proxy.reset();
  }
}

TEST_F(GatewayTls, APinnedKeyIsAcceptedAndNoOtherIs) {
  auto const self = issue_certificate(nullptr, folder.path(), {.name = "self", .subject = "DNS:whatever.test"});
  settings.upstream_trust.pin = public_key_digest(self.certificate);
  start(answer_all, self);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 200 Said");
  proxy.reset();
  start(answer_all, bank_identity);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 502 Bad Gateway") << "though its chain and name are right";
}

TEST_F(GatewayTls, ShowsItsCertificateToABankThatAsksForOne) {
  auto const asks = [this](SSL_CTX* context) { demand(context); };
  start(answer_all, bank_identity, asks);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 502 Bad Gateway");
  EXPECT_TRUE(upstream->asked().empty());
  proxy.reset();
  settings.upstream_trust.identity = issue_certificate(&ca, folder.path(), {.name = "us", .usage = "clientAuth"});
  start(answer_all, bank_identity, asks);
  EXPECT_EQ(ask(get("/itau/")).first_line(), "HTTP/1.1 200 Said");
}

TEST_F(GatewayTls, WithAClientCaOnlyClientsUnderItAreHeard) {
  temporary_folder strange;
  auto const stranger = ensure_local_ca(strange.path());
  settings.client_ca = ca.certificate;
  start(answer_all);
  auto const client_of = [](local_ca const& by, std::string const& where, certificate_request what) {
    what.usage = "clientAuth";
    return issue_certificate(&by, where, what);
  };
  EXPECT_EQ(first_line_for({}), "");
  EXPECT_EQ(first_line_for(client_of(stranger, strange.path(), {.name = "stranger"})), "");
  EXPECT_EQ(first_line_for(client_of(ca, folder.path(), {.name = "late", .until = -60})), "");
  EXPECT_EQ(first_line_for(issue_certificate(nullptr, folder.path(), {.name = "self", .usage = "clientAuth"})), "");
  EXPECT_EQ(first_line_for(issue_certificate(&ca, folder.path(), {.name = "server"})), "") << "not for clients";
  EXPECT_EQ(proxy->counts().requests, 0u);
  EXPECT_TRUE(upstream->asked().empty());
  EXPECT_EQ(first_line_for(client_of(ca, folder.path(), {.name = "app"})), "HTTP/1.1 200 Said");
  EXPECT_EQ(reports(1).size(), 1u) << "whoever was turned away is no exchange";
}

TEST_F(GatewayTls, ShowsTheCertificateOfTheNameAskedFor) {
  auto const issue = [&](std::string const& name, std::string const& subject) {
    return issue_certificate(&ca, folder.path(), {.name = name, .subject = subject});
  };
  settings.more_tls = {issue("second", "DNS:second.test"), issue("stars", "DNS:*.banks.test")};
  settings.server_names = {"second.test"};
  start(answer_all);
  for (auto const* name : {"localhost", "second.test", "itau.banks.test"}) {
    auto const one = tcp_client();
    EXPECT_NO_THROW(one->connect_tls(ca.certificate, name)) << name;
  }
  EXPECT_ANY_THROW(tcp_client()->connect_tls(ca.certificate, "unknown.test"));
}

TEST_F(GatewayTls, SpeaksNothingOldAndNothingWeak) {
  start(answer_all);
  struct row {
    char const* ciphers;
    int newest;
    bool works;
  };
  for (auto const& [ciphers, newest, works] : {
           row{"ALL:@SECLEVEL=0", TLS1_VERSION, false},
           row{"ALL:@SECLEVEL=0", TLS1_1_VERSION, false},
           row{"ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", TLS1_2_VERSION, false},  // no AEAD
           row{"ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0", TLS1_2_VERSION, false},
           row{"ECDHE-ECDSA-AES128-GCM-SHA256", TLS1_2_VERSION, true},
           row{"ECDHE-ECDSA-CHACHA20-POLY1305", TLS1_2_VERSION, true},
           row{"ALL", TLS1_3_VERSION, true},
       }) {
    auto const one = tcp_client();
    bool connected = true;
    try {
      one->connect_tls(ca.certificate, "localhost", [&](SSL_CTX* context) {
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, newest);
        SSL_CTX_set_cipher_list(context, ciphers);
      });
    } catch (boost::system::system_error const&) {
      connected = false;
    }
    EXPECT_EQ(connected, works) << ciphers << " up to " << newest;
  }
}

TEST_F(GatewayTls, ResumesSessionsAlsoAcrossAReload) {
  start(answer_all);
  for (auto const version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    auto const only = [version](SSL_CTX* context) {
      SSL_CTX_set_max_proto_version(context, version);
      SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT);
    };
    auto const one = tcp_client();
    one->connect_tls(ca.certificate, "localhost", only);
    one->say(get("/itau/"));
    hear_message(*one);
    std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> const session(SSL_get1_session(one->tls()),
                                                                            SSL_SESSION_free);
    proxy->reload(settings);
    ask(get("/itau/"));
    ask(get("/itau/"));
    auto const again = tcp_client();
    again->connect_tls(ca.certificate, "localhost", only, session.get());
    EXPECT_EQ(SSL_session_reused(again->tls()), 1) << version;
  }
}

TEST_F(GatewayTls, RefusesAKeyThatOthersCanRead) {
  settings.upstream.url = "https://127.0.0.1:1";
  for (auto const mode : {0640u, 0604u, 0660u, 0622u}) {
    ::chmod(proxy_identity.key.c_str(), mode);
    try {
      gateway refused(settings);
      FAIL() << "was built";
    } catch (std::runtime_error const& e) {
      EXPECT_THAT(e.what(), HasSubstr("chmod 600 " + proxy_identity.key));
    }
  }
  ::chmod(proxy_identity.key.c_str(), 0400);
  EXPECT_NO_THROW(gateway{settings});
}

}  // namespace
}  // namespace vendaval::test
