#pragma once
#include "proxy/framing/head.hpp"

namespace vendaval::framing {

/// What the fields of a head mean for its hop: framing, Host, Connection, Expect, Upgrade, Max-Forwards. Fills the rest
/// of `out`, whose start line and fields have been read, or says why the message cannot be trusted.
verdict interpret(request_head& out);
verdict interpret(response_head& out, std::string_view method);

/// Is this the 101 that switches to `protocol`, as the request asked? Never when it did not ask.
bool switches_to(response_head const& answer, std::string_view protocol);

/// Does the client keep its body back until it hears "100 Continue"? Not when a byte of it is here already: then it
/// does not wait, whatever it said (RFC 9110 §10.1.1).
bool keeps_body_back(request_head const& head, std::size_t body_bytes_here);

/// Does this interim answer go on to the client? HTTP/1.0 knows none, and a client that has had a 100 learns nothing
/// from a second one.
bool relays_interim(unsigned status, http_version clients, bool had_continue);

/// Did this message pass an intermediary of this name, by its Via fields?
bool came_through(std::vector<field> const& all, std::string_view name);

}  // namespace vendaval::framing
