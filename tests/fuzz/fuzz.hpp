#pragma once
/// What the fuzz targets share. A target says what must hold with `must`, which stops the process and names the rule.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace vendaval::fuzz {

inline void must(bool holds, char const* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", rule);
  std::abort();
}

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
  return {reinterpret_cast<char const*>(data), size};
}

/// Takes a number below `bound` from the front, so that the input itself decides where to split or what to ask.
inline std::size_t take_number(std::string_view& input, std::size_t bound) {
  if (input.size() < 2 || bound == 0) return 0;
  auto const n = static_cast<unsigned char>(input[0]) * 256u + static_cast<unsigned char>(input[1]);
  input.remove_prefix(2);
  return n % bound;
}

}  // namespace vendaval::fuzz

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);
