#pragma once
/// Where the load goes and what it asks: an http:// or https:// URL of an IPv4 address.
#include <netinet/in.h>

#include <cstdint>
#include <string>

namespace vendaval::bench {

struct endpoint {
  bool tls = false;
  sockaddr_in address{};
  std::string authority;  // for the Host header: "127.0.0.1:8443"
  std::string path;       // with its query
};

/// Throws std::runtime_error with a sentence for people.
endpoint parse_endpoint(std::string const& url);

/// The bytes of a GET for `path`, as an HTTP client that keeps its connection would send them.
std::string request_for(endpoint const& where, std::string const& path);

}  // namespace vendaval::bench
