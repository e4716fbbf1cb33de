#include "proxy/framing/chunked.hpp"

#include <algorithm>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/head.hpp"

namespace vendaval::framing {
namespace {

int hex(char c) {
  if (digit(c)) return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Trailers that could frame or route a message for a careless reader behind us.
bool forbidden_trailer(std::string_view name) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"Content-Length", "Transfer-Encoding", "Host", "Connection", "Trailer",
                                              "Authorization", "Content-Encoding", "Content-Type", "Upgrade"},
      [name](std::string_view forbidden) { return same_name(name, forbidden); });
}

}  // namespace

bool chunk_scanner::fail(std::string_view why) {
  state_ = state::bad;
  reason_ = why;
  return false;
}

std::size_t chunk_scanner::feed(std::string_view bytes, std::string* decoded) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != state::done && state_ != state::bad) {
    if (state_ != state::data) {
      if (!step(bytes[at])) return at;
      ++at;
      continue;
    }
    auto const run = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
    if (decoded) decoded->append(bytes.substr(at, run));
    at += run;
    left_ -= run;
    content_ += run;
    if (left_ == 0) state_ = state::data_cr;
  }
  return at;
}

bool chunk_scanner::step(char c) {
  switch (state_) {
    case state::size_first:
    case state::size: return step_size(c);
    case state::extension:
      if (c == '\r')
        state_ = state::size_lf;
      else if (!value_char(c))
        return fail("a chunk extension holds a control byte");
      else if (++extension_bytes_ > bounds_.extension_bytes)
        return fail("too many chunk extensions");
      return true;
    case state::size_lf:
      if (c != '\n') return fail("CR without LF after a chunk size");
      state_ = left_ > 0 ? state::data : state::trailer;
      return true;
    case state::data_cr:
      if (c != '\r') return fail("a chunk is longer than its size says");
      state_ = state::data_lf;
      return true;
    case state::data_lf:
      if (c != '\n') return fail("CR without LF after a chunk");
      digits_ = 0;
      state_ = state::size_first;
      return true;
    case state::trailer:
    case state::trailer_lf: return step_trailer(c);
    case state::data:
    case state::done:
    case state::bad: break;
  }
  return false;
}

bool chunk_scanner::step_size(char c) {
  if (int const h = hex(c); h >= 0) {
    if (++digits_ > 15) return fail("a chunk size is too large");
    left_ = left_ * 16 + static_cast<std::uint64_t>(h);
    state_ = state::size;
    return true;
  }
  if (state_ == state::size_first) return fail("a chunk size is not hexadecimal");
  if (c == '\r')
    state_ = state::size_lf;
  else if (c == ';')
    state_ = state::extension, ++extension_bytes_;
  else
    return fail("a chunk size is not hexadecimal");
  return true;
}

bool chunk_scanner::step_trailer(char c) {
  if (state_ == state::trailer_lf) return c == '\n' ? end_of_trailer_line() : fail("CR without LF in the trailer");
  if (++trailer_bytes_ > bounds_.trailer_bytes) return fail("the trailer is too large");
  if (c == '\r')
    state_ = state::trailer_lf;
  else if (!value_char(c))
    return fail("the trailer holds a control byte");
  else
    line_ += c;
  return true;
}

bool chunk_scanner::end_of_trailer_line() {
  if (line_.empty()) {
    state_ = state::done;
    return true;
  }
  field f;
  if (!read_field(line_, f)) return fail("a trailer line is not a name, a colon and a value");
  if (forbidden_trailer(f.name)) return fail("a trailer that would frame or route a message");
  line_.clear();
  state_ = state::trailer;
  return true;
}

}  // namespace vendaval::framing
