#include <array>

#include "proxy/dialects/url.hpp"
#include "proxy/framing/target.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  constexpr std::array<std::string_view, 3> methods{"GET", "OPTIONS", "CONNECT"};
  auto text = fuzz::text_of(data, size);
  framing::request_head head;
  head.method = methods[fuzz::take_number(text, methods.size())];
  framing::valid_authority(text);
  if (!read_target(text, head)) return 0;
  bool const visible = text.find_first_of(std::string_view(" \t\r\n#\0", 6)) == std::string_view::npos;
  fuzz::must(visible, "a target holds no blank, line end, NUL or fragment");
  if (head.form == framing::target_form::authority) {
    fuzz::must(head.method == "CONNECT" && framing::valid_authority(head.authority), "CONNECT names a host and a port");
    return 0;
  }
  bool const server = head.target == "*" && head.method == "OPTIONS";
  fuzz::must(server || head.target.starts_with('/'), "what is forwarded is a path, or * for OPTIONS");
  fuzz::must(head.form != framing::target_form::absolute || framing::valid_authority(head.authority),
             "an absolute target names a host");
  auto const parts = dialects::split(head.target);
  dialects::percent_decode(parts.path);
  dialects::each_parameter(parts.query, [](std::string const&, std::string const&) {});
  return 0;
}
