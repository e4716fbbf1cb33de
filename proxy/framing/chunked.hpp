#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/framing/flaw.hpp"

namespace vendaval::framing {

/// Finds where a chunked body ends (RFC 9112 §7.1), byte by byte or in large pieces alike, so that the raw bytes can be
/// forwarded as they are. Strict: CRLF only, sizes of at most 15 hexadecimal digits, extensions that follow their
/// grammar, extensions and trailers bounded over the whole body, no trailer that would frame or route a message.
class chunk_scanner {
 public:
  struct bounds {
    std::size_t extension_bytes = 4 * 1024;  // of all chunks together
    std::size_t trailer_bytes = 8 * 1024;
  };
  chunk_scanner() = default;
  explicit chunk_scanner(bounds b) : bounds_(b) {}

  /// Looks at the next bytes; returns how many of them belong to the body (all of them until it is done). Appends the
  /// content to `decoded` when there is one.
  std::size_t feed(std::string_view bytes, std::string* decoded = nullptr);

  bool done() const { return state_ == state::done; }
  bool bad() const { return state_ == state::bad; }
  std::string_view reason() const { return reason_; }                                // why it is bad, for people
  flaw why() const { return why_; }                                                  // the same, for counting
  std::uint64_t left_in_chunk() const { return state_ == state::data ? left_ : 0; }  // content bytes that come next
  std::uint64_t content_bytes() const { return content_; }

 private:
  enum class state : std::uint8_t {
    size_first,
    size,
    extension,
    quoted,   // within a quoted value of an extension
    escaped,  // after a backslash in there
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer,
    trailer_lf,
    done,
    bad
  };
  bool step(char c);  // everything but content
  bool step_size(char c);
  bool step_extension(char c);
  bool step_trailer(char c);
  bool end_of_trailer_line();
  bool fail(flaw why, std::string_view reason);

  bounds bounds_;
  state state_ = state::size_first;
  unsigned digits_ = 0;
  std::uint64_t left_ = 0;  // of this chunk
  std::uint64_t content_ = 0;
  std::size_t extension_bytes_ = 0, trailer_bytes_ = 0;
  std::string line_;  // the trailer line being read
  std::string_view reason_;
  flaw why_ = flaw::none;
};

}  // namespace vendaval::framing
