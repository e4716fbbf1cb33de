#include <string>

#include "controller/settings.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const read = controller::check_settings(std::string(fuzz::text_of(data, size)), "fuzz.toml");
  fuzz::must(read.has_value() || !read.error().empty(), "a refusal names a problem");
  return 0;
}
