#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vendaval::framing {

/// What is wrong with a message: the closed list behind a refusal, and the `reason` of requests_refused{reason} and
/// upstream_invalid{reason}.
enum class flaw : std::uint8_t {
  none,
  start_line,  // not a request or status line
  version,     // another HTTP than 1.0 or 1.1
  method,      // a method that is not served here
  target,      // in none of the four forms, or in one that the method may not have
  host,        // missing, doubled or no authority
  line_end,    // a line of the head without CRLF
  field_line,  // not name, colon, value
  folding,     // obs-fold
  too_large,   // head or target
  too_many_fields,
  length,            // Content-Length that is no number, or two of them
  coding,            // Transfer-Encoding other than one "chunked"
  framing_conflict,  // Content-Length and Transfer-Encoding, or Transfer-Encoding where none may be
  expectation,       // Expect other than 100-continue
  interim,           // 1xx with a body, unasked or without end
  chunk,             // size, extension or end of a chunk
  trailer,
  truncated,       // ended before its end
  surplus,         // bytes after its end that nobody asked for
  body_too_large,  // a request's, for limits.body_size
  loop             // a request that has been here before
};
inline constexpr std::array<std::string_view, 22> flaw_names{
    "none",      "start_line",       "version",        "method",    "target",          "host",
    "line_end",  "field_line",       "folding",        "too_large", "too_many_fields", "length",
    "coding",    "framing_conflict", "expectation",    "interim",   "chunk",           "trailer",
    "truncated", "surplus",          "body_too_large", "loop"};

constexpr std::string_view name_of(flaw f) { return flaw_names[static_cast<std::size_t>(f)]; }

}  // namespace vendaval::framing
