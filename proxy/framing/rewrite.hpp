#pragma once
#include <string>
#include <string_view>

#include "proxy/framing/head.hpp"

namespace vendaval::framing {

struct request_changes {
  std::string_view host;              // of the upstream, as its Host field says it: "sandbox.belvo.com"
  body_framing body;                  // how we frame the body on the way out
  bool upgrade = false;               // pass on the wish to switch to head.upgrade
  std::string_view via = "vendaval";  // our name in Via
  bool expect = false;                // pass on the wish to be told before the body is sent
};

/// Appends the head to forward. Hop-by-hop fields and those that Connection names are dropped (but never, because
/// Connection names them, Content-Length, Transfer-Encoding, Host, Authorization or Cookie); framing is written anew;
/// Host becomes the upstream's; Via is added. Accept-Encoding is dropped so that the bank answers in plain text that
/// can be judged and rewritten. Max-Forwards of OPTIONS, which must not be 0, is counted down. Every other line is
/// copied byte for byte. Expect leaves only when told. Not for CONNECT.
void write_request(request_head const& head, request_changes const& changes, std::string& out);

struct response_changes {
  body_framing body;
  http_version to = http_version::v11;  // what the client speaks
  bool keep_alive = true;
  std::string_view from_origin, to_origin;  // Location that starts with the one starts with the other; empty: untouched
  bool upgrade = false;                     // a 101 that was asked for: Connection and Upgrade are passed on
  std::string_view via = "vendaval";        // our name in Via
};

/// The same for an answer. until_close leaves without framing fields; `none` writes no framing for 1xx, 204 and 304.
/// For an answer to HEAD the received Content-Length is kept: it describes what GET would have got.
void write_response(response_head const& head, response_changes const& changes, std::string& out);

}  // namespace vendaval::framing
