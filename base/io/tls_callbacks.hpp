#pragma once
/// What OpenSSL asks while a handshake runs, and our answers.
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "base/io/ticket_keys.hpp"

namespace vendaval {

/// Shows the certificate of the first of `others` that is for the name asked for, else the context's own.
void choose_by_name(SSL_CTX* context, std::vector<boost::asio::ssl::context> others);

/// Session tickets under keys that change with time; with none given, under keys of the context's own.
void seal_tickets(SSL_CTX* context, std::shared_ptr<ticket_keys> keys);

/// Accepts the certificate whose public key (DER of SubjectPublicKeyInfo) has this SHA-256, and no other.
void accept_only(SSL_CTX* context, std::string pin);

}  // namespace vendaval
