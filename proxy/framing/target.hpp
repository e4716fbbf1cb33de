#pragma once
#include <string_view>

#include "proxy/framing/head.hpp"

namespace vendaval::framing {

/// "example.com", "127.0.0.1:8443", "[::1]:8443": a name or address and an optional port.
bool valid_authority(std::string_view text);

/// The authority without its port.
std::string_view host_of(std::string_view authority);

/// Reads a target into form, target, scheme and authority; the method must have been read. False for a form that the
/// method may not have, for fragments, user information, blanks, controls and 8-bit bytes.
bool read_target(std::string_view text, request_head& out);

}  // namespace vendaval::framing
