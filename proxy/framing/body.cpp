#include "proxy/framing/body.hpp"

#include <algorithm>

namespace vendaval::framing {

std::size_t body_cursor::take(std::string_view bytes, std::string* decoded) {
  if (framing_.kind == body_kind::chunked) return scanner_.feed(bytes, decoded);
  std::size_t count = 0;
  if (framing_.kind == body_kind::until_close) count = bytes.size();
  if (framing_.kind == body_kind::length) {
    count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    left_ -= count;
  }
  if (decoded) decoded->append(bytes.substr(0, count));
  return count;
}

void body_cursor::end_of_stream() {
  if (framing_.kind == body_kind::until_close)
    ended_ = true;
  else if (!done())
    truncated_ = true;
}

bool body_cursor::done() const {
  switch (framing_.kind) {
    case body_kind::none: return true;
    case body_kind::length: return left_ == 0;
    case body_kind::chunked: return scanner_.done();
    case body_kind::until_close: return ended_;
  }
  return true;
}

}  // namespace vendaval::framing
