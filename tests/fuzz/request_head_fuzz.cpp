#include "proxy/framing/head.hpp"
#include "proxy/framing/target.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  framing::head_limits limits;
  limits.head_bytes = 4096;
  limits.fields = 20;
  auto const cut = fuzz::take_number(bytes, bytes.size());
  framing::request_head head, part;
  auto const seen = read_request(bytes, limits, head);
  auto const early = read_request(bytes.substr(0, cut), limits, part);
  if (early.what != framing::verdict::kind::need_more)
    fuzz::must(early.what == seen.what && early.why == seen.why && early.status == seen.status,
               "the same bytes give the same verdict however they were split");
  if (seen.refused()) {
    fuzz::must(seen.why != framing::flaw::none && seen.status >= 400 && seen.status < 600 && !seen.reason.empty(),
               "a refusal says why");
    return 0;
  }
  if (!seen.whole()) {
    fuzz::must(bytes.size() < limits.head_bytes, "a head is not waited for for ever");
    return 0;
  }
  fuzz::must(head.size <= bytes.size() && head.size <= limits.head_bytes, "a head lies within its buffer and limit");
  fuzz::must(head.fields.size() <= limits.fields, "the number of fields is bounded");
  fuzz::must(bytes.substr(0, head.size).ends_with("\r\n\r\n"), "a head ends with an empty line");
  fuzz::must(head.authority.empty() || framing::valid_authority(head.authority), "an authority is one");
  for (auto const& f : head.fields)
    fuzz::must(f.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos &&
                   f.line.data() >= bytes.data() && f.line.data() + f.line.size() <= bytes.data() + head.size,
               "a field is one line of the buffer");
  return 0;
}
