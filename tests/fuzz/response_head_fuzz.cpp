#include <array>

#include "proxy/framing/head.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::array<std::string_view, 3> methods{"GET", "HEAD", "POST"};
  auto bytes = fuzz::text_of(data, size);
  auto const method = methods[fuzz::take_number(bytes, methods.size())];
  framing::head_limits limits;
  limits.head_bytes = 4096;
  auto const cut = fuzz::take_number(bytes, bytes.size());
  framing::response_head head, part;
  auto const seen = read_response(bytes, method, limits, head);
  auto const early = read_response(bytes.substr(0, cut), method, limits, part);
  if (early.what != framing::verdict::kind::need_more)
    fuzz::must(early.what == seen.what && early.why == seen.why,
               "the same bytes give the same verdict however they were split");
  if (seen.refused())
    fuzz::must(seen.status == 502 && seen.why != framing::flaw::none, "a malformed answer is the bank's failure");
  if (!seen.whole()) return 0;
  bool const bodiless = method == "HEAD" || head.status / 100 == 1 || head.status == 204 || head.status == 304;
  fuzz::must(head.status >= 100 && head.status <= 999, "a status has three digits");
  fuzz::must(!bodiless || head.body.kind == framing::body_kind::none, "what has no body has none");
  fuzz::must(!head.keep_alive || head.body.kind != framing::body_kind::until_close,
             "a connection does not outlive a body that ends with it");
  return 0;
}
