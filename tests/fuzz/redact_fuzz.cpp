#include <string>

#include "base/redact.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const text = fuzz::text_of(data, size);
  redact(text);
  if (text.find("c4n4ry") != std::string::npos) return 0;  // the fuzzer guessed it, and wrote it where no secret stands
  auto const line = std::string(text) + "\nAuthorization: Bearer c4n4ryc4n4ryc4n4ryc4n4ry\n";
  fuzz::must(redact(line).find("c4n4ry") == std::string::npos, "a bearer token is hidden whatever stands before it");
  return 0;
}
