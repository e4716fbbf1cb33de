#include "monitor/traffic/sketch.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto const raw = fuzz::text_of(data, size);
  auto const read = monitor::sketch::from_bytes(raw);
  if (!read) return 0;
  auto const again = monitor::sketch::from_bytes(read->to_bytes());
  fuzz::must(again && again->bins() == read->bins() && again->count() == read->count(),
             "what was read is written and read as the same");
  fuzz::must(read->empty() == !read->quantile(0.5), "every sketch that holds something has a median");
  if (read->empty()) return 0;
  fuzz::must(*read->quantile(0) <= *read->quantile(0.5) && *read->quantile(0.5) <= *read->quantile(1),
             "quantiles ascend");
  if (read->count() > UINT64_MAX / 2) return 0;  // two of them hold more than can be counted
  auto both = *read;
  both.merge(*again);
  fuzz::must(both.count() == 2 * read->count() && both.bins().size() == read->bins().size(),
             "merged with itself it holds each twice");
  return 0;
}
