#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace vendaval::sandbox {

/// What a request asks of the API, in the sandbox's own words: this room does not know the proxy's, so that a mistake
/// there cannot hide behind the same mistake here. Only `link` and `retrieve` make the aggregator talk to the bank.
enum class operation : std::uint8_t { link, retrieve, read, token, meta };
inline constexpr std::array<std::string_view, 5> operation_words{"link", "retrieve", "read", "token", "meta"};
inline std::string_view word(operation o) { return operation_words[static_cast<std::size_t>(o)]; }

}  // namespace vendaval::sandbox
