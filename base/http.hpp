#pragma once
/// HTTP messages as plain values, for our own API, the sandbox and outbound calls. The data path has its own, faster
/// form (proxy/framing).
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vendaval {

struct http_header {
  std::string name{}, value{};
};

/// Case-insensitive; the first one wins. Empty view pointer (nullopt) when absent.
std::optional<std::string_view> find_header(std::vector<http_header> const& headers, std::string_view name);

/// A text as one segment of a path or one value of a query: what is not a letter, a digit or -._~ as %41.
std::string encoded(std::string_view text);
/// The text that a segment of a path stands for.
std::string decoded(std::string_view segment);

struct http_request {
  std::string method{}, target{};  // target as received: path and query
  std::vector<http_header> headers{};
  std::string body{};
  std::string peer{};  // "127.0.0.1"

  std::string_view path() const;
  /// Decoded value of a query parameter; nothing when absent.
  std::optional<std::string> query(std::string_view key) const;
  std::optional<std::string_view> header(std::string_view name) const { return find_header(headers, name); }
};

struct http_response {
  unsigned status = 200;
  std::string body{};
  std::string content_type = "application/json; charset=utf-8";
  std::vector<http_header> headers{};  // beyond Content-Type, Content-Length, Server and Date
};

}  // namespace vendaval
