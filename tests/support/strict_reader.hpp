#pragma once
/// A second, independent reading of requests, as strict as an origin could be: RFC 9112 with nothing forgiven. It
/// shares no code with proxy/framing, so that a mistake there cannot hide behind the same mistake here.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vendaval::test {

struct strict_message {
  std::string method, target;
  std::vector<std::pair<std::string, std::string>> fields;  // names in lower case, values trimmed
  std::string body;                                         // decoded
  std::size_t size = 0;                                     // bytes from the start line to the end of the body

  /// Values of that name (lower case), in order.
  std::vector<std::string> all(std::string_view name) const;
};

enum class strict_result { whole, incomplete, malformed };

/// Reads one request from the front of `bytes`.
strict_result read_strictly(std::string_view bytes, strict_message& out);

}  // namespace vendaval::test
