#pragma once
/// Reads one HTTP answer from the bytes as they come, and holds it against what was expected. Pure.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vendaval::bench {

/// What every answer must be; anything else is an error of whoever answered.
struct expectation {
  unsigned status = 200;
  std::optional<std::uint64_t> length;  // of the body; nothing: any
};

class answer_reader {
 public:
  explicit answer_reader(expectation expected) : expected_(expected) {}

  void restart();
  /// True once the answer is whole. Throws std::runtime_error when it is not the expected one, or when bytes follow it.
  bool take(std::string_view bytes);

 private:
  void read_head(std::string_view head);

  expectation expected_;
  std::string head_;  // of the answer under way, until its empty line
  bool in_body_ = false;
  std::uint64_t left_ = 0;  // of the body
};

}  // namespace vendaval::bench
