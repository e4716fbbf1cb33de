#include <string>

#include "controller/read_scenario.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  static controller::scenario_context const context = [] {
    controller::scenario_context made;
    made.error_codes = {"institution_down", "service_unavailable"};
    made.allowed_hosts = {"sandbox.belvo.com"};
    made.upstream = "sandbox.belvo.com";
    return made;
  }();
  auto const read = controller::check_scenario(std::string(fuzz::text_of(data, size)), "fuzz.toml", context);
  fuzz::must(read.has_value() || !read.error().empty(), "a refusal names a problem");
  return 0;
}
