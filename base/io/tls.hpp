#pragma once
/// The one TLS policy of everything we serve: TLS 1.2 and 1.3, forward secrecy, AEAD ciphers only.
#include <string>

namespace boost::asio::ssl {
class context;  // include <boost/asio/ssl/context.hpp> to use server_context()
}

namespace vendaval {

/// Certificate chain and private key as PEM files.
struct tls_identity {
  std::string certificate, key;
};

/// The same as text: the name of where it came from is for messages.
struct tls_pem {
  std::string certificate, key;
  std::string certificate_name = "in memory", key_name = "in memory";
};

/// A context for accepting. Throws std::runtime_error that names the file and the reason when the certificate or the
/// key cannot be read, are not PEM, or do not belong together.
boost::asio::ssl::context server_context(tls_identity const& identity);
boost::asio::ssl::context server_context(tls_pem const& pem);

}  // namespace vendaval
