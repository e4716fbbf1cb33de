#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vendaval {

/// "127.0.0.1:8443" or "[::1]:0"; port 0 lets the system choose. The host is kept without brackets.
struct listen_address {
  std::string host;
  std::uint16_t port = 0;
  static std::optional<listen_address> parse(std::string_view text);
  std::string text() const;
  bool loopback() const;
  bool operator==(listen_address const&) const = default;
};

/// An address of this machine alone, or "localhost". "127.evil.example" is a name like any other.
bool is_loopback(std::string_view host);

}  // namespace vendaval
