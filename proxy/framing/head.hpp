#pragma once
/// What HTTP/1.1 allows an intermediary to pass on: the strict reading of message heads (RFC 9112). Pure; every view
/// points into the buffer that was given.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/ascii.hpp"
#include "proxy/framing/flaw.hpp"

namespace vendaval::framing {

struct field {
  std::string_view name, value;  // value without the blanks around it
  std::string_view line;         // as received, without its CRLF
};

enum class http_version : std::uint8_t { v10, v11 };
enum class body_kind : std::uint8_t { none, length, chunked, until_close };

/// How the end of a body is found.
struct body_framing {
  body_kind kind = body_kind::none;
  std::uint64_t length = 0;  // for body_kind::length
  bool operator==(body_framing const&) const = default;
};

struct head_limits {
  std::size_t head_bytes = 32 * 1024;  // request or status line, fields and blank line together
  std::size_t target_bytes = 8 * 1024;
  std::size_t fields = 100;
};

/// The four ways to write a target (RFC 9112 §3.2): "/a?b", "https://host/a?b", "host:443" (CONNECT alone), "*"
/// (OPTIONS alone).
enum class target_form : std::uint8_t { origin, absolute, authority, asterisk };

struct request_head {
  std::string_view method;
  target_form form = target_form::origin;
  std::string_view target;     // origin-form, also when absolute-form was received; "*"; empty for CONNECT
  std::string_view scheme;     // of an absolute-form target: "https", in the case it was written
  std::string_view authority;  // "sandbox.belvo.com:443": from an absolute- or authority-form target, else from Host
  http_version version = http_version::v11;
  std::vector<field> fields;
  body_framing body;
  bool keep_alive = true;
  bool expects_continue = false;              // never for HTTP/1.0
  std::string_view upgrade;                   // "websocket" when a switch to it is asked for in good order, else empty
  std::optional<std::uint32_t> max_forwards;  // of OPTIONS: how many more intermediaries may pass it on
  std::size_t size = 0;                       // bytes of the buffer that belong to this head
};

struct response_head {
  unsigned status = 0;
  std::string_view reason;
  http_version version = http_version::v11;
  std::vector<field> fields;
  body_framing body;
  bool keep_alive = true;
  std::size_t size = 0;
};

/// What became of a look at the buffer. A refusal is final: no byte after it may be read as HTTP.
struct verdict {
  enum class kind : std::uint8_t { need_more, whole, refused };
  kind what = kind::need_more;
  unsigned status = 0;      // of a refusal: 400, 414, 417, 431, 501, 505 for requests, 502 for responses
  flaw why = flaw::none;    // of a refusal, for counting
  std::string_view reason;  // the same, for people: "a line of the head ends without CR"

  bool whole() const { return what == kind::whole; }
  bool refused() const { return what == kind::refused; }
};

inline constexpr verdict need_more{};
inline constexpr verdict accepted{verdict::kind::whole, 0, flaw::none, {}};
constexpr verdict refuse(unsigned status, flaw why, std::string_view reason) {
  return {verdict::kind::refused, status, why, reason};
}

/// Reads a request head from the front of `buffer` into `out`, whose memory is reused. The same bytes give the same
/// verdict however they were split, and a refusal comes as soon as the line that deserves it is complete.
verdict read_request(std::string_view buffer, head_limits const& limits, request_head& out);

/// The same for a response to `method` (the body of a response depends on what was asked).
verdict read_response(std::string_view buffer, std::string_view method, head_limits const& limits, response_head& out);

/// Value of the first field of that name, in any case; empty when absent.
std::string_view value_of(std::span<field const> fields, std::string_view name);

using vendaval::same_name;

/// One field line, without its CRLF. False when it is not exactly `token ":" value`.
bool read_field(std::string_view line, field& out);

}  // namespace vendaval::framing
