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
                                              "Authorization", "Content-Encoding", "Content-Type", "Content-Range",
                                              "Upgrade", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE",
                                              "Expect", "Cookie", "Set-Cookie"},
      [name](std::string_view forbidden) { return same_name(name, forbidden); });
}

}  // namespace

bool chunk_scanner::fail(flaw why, std::string_view reason) {
  state_ = state::bad;
  why_ = why;
  reason_ = reason;
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
    case state::quoted:
    case state::escaped: return step_extension(c);
    case state::size_lf:
      if (c != '\n') return fail(flaw::chunk, "CR without LF after a chunk size");
      state_ = left_ > 0 ? state::data : state::trailer;
      return true;
    case state::data_cr:
      if (c != '\r') return fail(flaw::chunk, "a chunk is longer than its size says");
      state_ = state::data_lf;
      return true;
    case state::data_lf:
      if (c != '\n') return fail(flaw::chunk, "CR without LF after a chunk");
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
    if (++digits_ > 15) return fail(flaw::chunk, "a chunk size is too large");
    left_ = left_ * 16 + static_cast<std::uint64_t>(h);
    state_ = state::size;
    return true;
  }
  if (state_ == state::size_first) return fail(flaw::chunk, "a chunk size is not hexadecimal");
  if (c == '\r')
    state_ = state::size_lf;
  else if (c == ';')
    state_ = state::extension, ++extension_bytes_;
  else
    return fail(flaw::chunk, "a chunk size is not hexadecimal");
  return true;
}

/// Nothing but tokens, "=", ";" and quoted text: what a reader behind us could take for the end of the line or for
/// content does not get there.
bool chunk_scanner::step_extension(char c) {
  if (c == '\r' && state_ == state::extension) {
    state_ = state::size_lf;
    return true;
  }
  if (++extension_bytes_ > bounds_.extension_bytes) return fail(flaw::chunk, "too many chunk extensions");
  if (!value_char(c)) return fail(flaw::chunk, "a chunk extension holds a control byte");
  if (state_ == state::escaped)
    state_ = state::quoted;
  else if (state_ == state::quoted)
    state_ = c == '"' ? state::extension : c == '\\' ? state::escaped : state::quoted;
  else if (c == '"')
    state_ = state::quoted;
  else if (!token_char(c) && !blank(c) && c != ';' && c != '=')
    return fail(flaw::chunk, "a chunk extension is not a name and a value");
  return true;
}

bool chunk_scanner::step_trailer(char c) {
  if (state_ == state::trailer_lf)
    return c == '\n' ? end_of_trailer_line() : fail(flaw::trailer, "CR without LF in the trailer");
  if (++trailer_bytes_ > bounds_.trailer_bytes) return fail(flaw::trailer, "the trailer is too large");
  if (c == '\r')
    state_ = state::trailer_lf;
  else if (!value_char(c))
    return fail(flaw::trailer, "the trailer holds a control byte");
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
  if (!read_field(line_, f)) return fail(flaw::trailer, "a trailer line is not a name, a colon and a value");
  if (forbidden_trailer(f.name)) return fail(flaw::trailer, "a trailer that would frame or route a message");
  line_.clear();
  state_ = state::trailer;
  return true;
}

}  // namespace vendaval::framing
