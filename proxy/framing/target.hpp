#pragma once
#include <string_view>

#include "proxy/framing/head.hpp"

namespace vendaval::framing {

/// "example.com", "127.0.0.1:8443", "[::1]:8443": a name or address and an optional port.
bool valid_authority(std::string_view text);

/// The authority without its port.
std::string_view host_of(std::string_view authority);

/// Reads an origin-form ("/a?b") or absolute-form ("https://host/a?b") target into target, authority and absolute.
/// False for every other form, for fragments, user information, blanks, controls and 8-bit bytes.
bool read_target(std::string_view text, request_head& out);

}  // namespace vendaval::framing
