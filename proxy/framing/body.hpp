#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "proxy/framing/chunked.hpp"
#include "proxy/framing/head.hpp"

namespace vendaval::framing {

/// Follows one body, however it is framed, to its last byte.
class body_cursor {
 public:
  body_cursor() = default;
  explicit body_cursor(body_framing f) : framing_(f), left_(f.length) {}

  /// How many of these bytes belong to the body; their content goes to `decoded` when there is one.
  std::size_t take(std::string_view bytes, std::string* decoded = nullptr);
  /// The stream ended in good order: the end of a body that lasts until then, a truncation of any other.
  void end_of_stream();

  bool done() const;
  bool bad() const { return truncated_ || scanner_.bad(); }
  std::string_view reason() const { return truncated_ ? "the body ended too early" : scanner_.reason(); }
  flaw why() const { return truncated_ ? flaw::truncated : scanner_.why(); }
  body_framing framing() const { return framing_; }

 private:
  body_framing framing_;
  std::uint64_t left_ = 0;
  chunk_scanner scanner_;
  bool ended_ = false, truncated_ = false;
};

}  // namespace vendaval::framing
