#include "sql/batch_bytes.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const rows = sql::batch_from_bytes(fuzz::text_of(data, size));
  if (!rows) {
    fuzz::must(!rows.error().empty(), "what cannot be read says why");
    return 0;
  }
  auto const raw = sql::to_bytes(*rows);
  if (!raw) {
    fuzz::must(!raw.error().empty(), "what can never be stored says why");
    return 0;
  }
  auto const again = sql::batch_from_bytes(*raw);
  fuzz::must(again.has_value(), "what was written is read");
  auto const twice = sql::to_bytes(*again);
  fuzz::must(twice && *twice == *raw, "and written as the same bytes, ids included");
  return 0;
}
