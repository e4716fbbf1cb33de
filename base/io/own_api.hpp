#pragma once
/// Who may call the APIs by which we are told what to do.
#include <string_view>

#include "base/http.hpp"
#include "base/listen_address.hpp"
#include "base/redact.hpp"

namespace vendaval {

/// A page in a browser must not reach us under a name of its own (DNS rebinding).
bool is_own_name(std::string_view host, listen_address const& listen);

/// "Authorization: Bearer …" with this token, compared in constant time; true when there is none to show.
bool shows_token(http_request const& request, secret const& token);

}  // namespace vendaval
