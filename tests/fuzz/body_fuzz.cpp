#include <string>

#include "proxy/framing/body.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  auto const piece = 1 + fuzz::take_number(bytes, 64);
  framing::body_cursor whole({framing::body_kind::chunked, 0}), split({framing::body_kind::chunked, 0});
  std::string content, content_of_split;
  auto const taken = whole.take(bytes, &content);
  std::size_t taken_split = 0;
  for (std::size_t at = 0; at < bytes.size() && !split.done() && !split.bad(); at += piece)
    taken_split += split.take(bytes.substr(at, piece), &content_of_split);
  fuzz::must(whole.done() == split.done() && whole.bad() == split.bad() && whole.why() == split.why(),
             "a body ends alike however it was split");
  fuzz::must(taken == taken_split && content == content_of_split, "the same bytes have the same content");
  fuzz::must(taken <= bytes.size() && content.size() <= taken, "content comes from the bytes");
  fuzz::must(!whole.done() || bytes.substr(0, taken).ends_with("\r\n\r\n"), "a chunked body ends with an empty line");
  fuzz::must(whole.done() || whole.bad() || taken == bytes.size(), "all is taken until the end");
  return 0;
}
