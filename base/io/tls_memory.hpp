#pragma once

namespace vendaval {

/// Gives OpenSSL's big buffers (17 kB each, two for a connection with traffic) memory of their own, apart from the
/// heap: there they would leave holes when a connection goes to rest, which nothing fills and which are never given
/// back. Call it first thing in main; false when OpenSSL has allocated already, and then everything stays as it was.
bool separate_tls_buffers();

}  // namespace vendaval
