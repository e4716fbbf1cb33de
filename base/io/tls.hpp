#pragma once
/// The one TLS policy of everything we serve and ask: TLS 1.2 and 1.3, forward secrecy, AEAD ciphers only.
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace boost::asio::ssl {
class context;  // include <boost/asio/ssl/context.hpp> to use what returns one
}

namespace vendaval {

class ticket_keys;

/// Certificate chain and private key as PEM files. A key that others than its owner can read is refused.
struct tls_identity {
  std::string certificate, key;
  bool operator==(tls_identity const&) const = default;
};

/// The same as text: the name of where it came from is for messages.
struct tls_pem {
  std::string certificate, key;
  std::string certificate_name = "in memory", key_name = "in memory";
};

/// What we show to whom connects, and what we ask of them.
struct tls_service {
  std::vector<tls_identity> identities;  // chosen by the name asked for (SNI); the first for every other name
  std::string client_ca;                 // PEM file; not empty: only clients with a certificate under it come in
  std::shared_ptr<ticket_keys> tickets;  // shared by contexts that follow each other; none: the context has its own
};

/// Whom we trust when we connect.
struct tls_trust {
  std::string ca_file;                   // PEM; empty = the system's
  std::optional<tls_identity> identity;  // shown when the other side asks for one
  std::string pin;  // SHA-256 of the one public key accepted, 64 hex digits; then neither chain nor name are looked at
};

/// A context for accepting. Throws std::runtime_error that names the file and the reason when a certificate or key
/// cannot be read, is not PEM, or they do not belong together.
boost::asio::ssl::context server_context(tls_service const& service);
boost::asio::ssl::context server_context(tls_identity const& identity);
boost::asio::ssl::context server_context(tls_pem const& pem);
/// A context for connecting; which name to verify is for each connection to say. Throws the same.
boost::asio::ssl::context client_context(tls_trust const& trust);

}  // namespace vendaval
