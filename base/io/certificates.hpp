#pragma once
/// The certificates of a sandbox: a private CA and leaves under it, made at first start and kept in a folder that only
/// its owner can read. ECDSA P-256. Never installed in any trust store.
#include <string>
#include <vector>

#include "base/io/tls.hpp"

namespace vendaval {

struct local_ca {
  std::string certificate;  // PEM file: hand this to NODE_EXTRA_CA_CERTS
  std::string key;
};

/// The CA of `folder`, made if it is not there. Throws std::runtime_error that names the file and the reason.
local_ca ensure_local_ca(std::string const& folder);

/// A leaf `<folder>/<name>.pem` signed by the CA for these DNS names and IP addresses; made anew when absent, expired
/// within a day, signed by another CA, or for other names.
tls_identity ensure_leaf(local_ca const& ca, std::string const& folder, std::string const& name,
                         std::vector<std::string> const& names);

/// A context for accepting in the name of `host`, with a leaf that the CA signs now and that is never written down.
boost::asio::ssl::context minted_context(local_ca const& ca, std::string const& host);

}  // namespace vendaval
