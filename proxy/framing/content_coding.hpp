#pragma once
#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace vendaval::framing {

/// What Content-Encoding says was done to a body. Several codings on top of one another are `unknown` to us.
enum class content_coding : std::uint8_t { identity, gzip, deflate, unknown };
content_coding coding_of(std::string_view content_encoding);

enum class decode_failure : std::uint8_t { too_large, broken };

/// The body without its coding, and never more than `limit` bytes of it: a few kilobytes of gzip can stand for
/// gigabytes. `broken` when it is not what the coding says, ends early or goes on behind its end.
std::expected<std::string, decode_failure> decode(std::string_view body, content_coding coding, std::size_t limit);

}  // namespace vendaval::framing
