// A request through the gate, rewritten, and read again as a strict origin would: it must be exactly one message, and
// the one that was sent.
#include <algorithm>
#include <set>
#include <string>

#include "proxy/framing/body.hpp"
#include "proxy/framing/meaning.hpp"
#include "proxy/framing/rewrite.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/strict_reader.hpp"

using namespace vendaval;

namespace {

/// What this hop changes; every other field of the client must arrive, in its order.
std::set<std::string> const of_the_hop{"host", "connection",   "content-length", "transfer-encoding",
                                       "via",  "max-forwards", "upgrade",        "expect"};

std::string lowered(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

void compare(framing::request_head const& sent, test::strict_message const& got) {
  fuzz::must(got.method == sent.method && got.target == sent.target, "method and target arrive as they were");
  fuzz::must(got.all("expect").size() <= (sent.expects_continue ? 1u : 0u), "at most what was expected is expected");
  fuzz::must(got.all("host") == std::vector<std::string>{"bank.test"}, "Host is the upstream's");
  auto at = sent.fields.begin();
  for (auto const& [name, value] : got.fields) {
    if (of_the_hop.contains(name)) continue;
    at = std::find_if(at, sent.fields.end(), [&](framing::field const& f) { return lowered(f.name) == name; });
    fuzz::must(at != sent.fields.end(), "no field arrives that was not sent");
    ++at;
  }
  auto const authorized = [](auto const& f) { return lowered(f.name) == "authorization"; };
  fuzz::must(
      got.all("authorization").size() == static_cast<std::size_t>(std::ranges::count_if(sent.fields, authorized)),
      "Authorization is never lost");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const bytes = fuzz::text_of(data, size);
  framing::request_head head;
  if (!read_request(bytes, {}, head).whole()) return 0;
  if (head.form == framing::target_form::authority || head.max_forwards == 0u) return 0;
  framing::body_cursor body(head.body);
  std::string content, forwarded;
  auto const taken = body.take(bytes.substr(head.size), &content);
  framing::request_changes changes{"bank.test", head.body, !head.upgrade.empty()};
  changes.expect = framing::keeps_body_back(head, bytes.size() - head.size);
  framing::write_request(head, changes, forwarded);
  forwarded += bytes.substr(head.size, taken);
  test::strict_message got;
  auto const read = read_strictly(forwarded, got);
  if (body.done()) {
    fuzz::must(read == test::strict_result::whole, "what was accepted is whole to a strict reader");
    fuzz::must(got.size == forwarded.size(), "nothing is left that could be a second request");
    fuzz::must(got.body == content, "the body is the body that was sent");
    compare(head, got);
  } else if (!body.bad()) {
    fuzz::must(read == test::strict_result::incomplete, "what is still under way is under way to a strict reader");
  }
  return 0;
}
