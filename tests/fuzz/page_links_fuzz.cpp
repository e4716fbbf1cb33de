#include <array>
#include <string>

#include "proxy/dialects/belvo/items.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "proxy/dialects/json_links.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

namespace {

void check(std::string_view body, dialects::link_places const& where) {
  constexpr std::string_view from = "https://bank.test", to = "https://127.0.0.1:8443";
  constexpr std::string_view to_escaped = R"(https:\/\/127.0.0.1:8443)";  // where the bank wrote its slashes that way
  auto const changed = dialects::rewrite_links(body, from, to, where);
  if (!changed) return;
  fuzz::must(*changed != body, "a change changes something");
  bool const plain = changed->find(to) != std::string::npos, escaped = changed->find(to_escaped) != std::string::npos;
  fuzz::must(plain || escaped, "a link points at the proxy");
  if (dialects::parse_bounded(body)) fuzz::must(dialects::parse_bounded(*changed).has_value(), "JSON stays JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::array<std::string_view, 2> pages{"next", "previous"};
  auto const body = fuzz::text_of(data, size);
  check(body, {{}, pages});
  check(body, {"links", pages});
  if (dialects::parse_bounded(body)) fuzz::must(dialects::is_json(body), "both readers of JSON agree");
  dialects::belvo_answers::items const read(body);
  fuzz::must(read.all.empty() || dialects::is_json(body), "what is not JSON has no items");
  return 0;
}
