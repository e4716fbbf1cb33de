#include <boost/json/serialize.hpp>
#include <string>

#include "base/http.hpp"
#include "proxy/dialects/bounded_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const text = fuzz::text_of(data, size);
  http_request request;
  request.target = text;
  request.path();
  request.query("from");
  auto const value = dialects::parse_bounded(text);
  if (!value) return 0;
  fuzz::must(dialects::parse_bounded(boost::json::serialize(*value)).has_value(),
             "what was read can be written and read");
  if (auto const* const object = value->if_object()) {
    dialects::text_at(*object, "code");
    dialects::object_at(*object, "link");
  }
  return 0;
}
