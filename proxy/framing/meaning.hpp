#pragma once
#include "proxy/framing/head.hpp"

namespace vendaval::framing {

/// What the fields of a head mean for its hop: framing, Host, Connection, Expect, Upgrade, Max-Forwards. Fills the rest
/// of `out`, whose start line and fields have been read, or says why the message cannot be trusted.
verdict interpret(request_head& out);
verdict interpret(response_head& out, std::string_view method);

}  // namespace vendaval::framing
