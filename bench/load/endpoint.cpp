#include "bench/load/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <regex>
#include <stdexcept>

namespace vendaval::bench {

endpoint parse_endpoint(std::string const& url) {
  static std::regex const form(R"((https?)://(([0-9.]+):([0-9]{1,5}))(/.*)?)");
  std::smatch part;
  if (!std::regex_match(url, part, form))
    throw std::runtime_error(fmt::format("\"{}\" is not an address such as https://127.0.0.1:8443/path", url));
  endpoint result;
  result.tls = part[1] == "https";
  result.authority = part[2];
  result.path = part[5].matched ? part[5].str() : "/";
  result.address.sin_family = AF_INET;
  result.address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(part[4])));
  if (inet_pton(AF_INET, part[3].str().c_str(), &result.address.sin_addr) != 1)
    throw std::runtime_error(fmt::format("\"{}\" is not an IPv4 address", part[3].str()));
  return result;
}

std::string request_for(endpoint const& where, std::string const& path) {
  return fmt::format(
      "GET {} HTTP/1.1\r\n"
      "Host: {}\r\n"
      "Accept: application/json\r\n"
      "Authorization: Basic YmVuY2g6YmVuY2g=\r\n"
      "User-Agent: vendaval-bench\r\n\r\n",
      path, where.authority);
}

}  // namespace vendaval::bench
