#pragma once
#include <boost/json/value.hpp>

#include <expected>
#include <string>

#include "base/io/outbound.hpp"

namespace vendaval::controller {

/// Where a running `vendaval up` listens, and the token it asks for when it is not on loopback.
struct api_address {
  std::string url = "http://127.0.0.1:8480";
  std::string token_file;
};

/// Why a call failed: `status` 0 when nobody answered; `message` is a sentence for the person at the terminal.
struct api_failure {
  unsigned status = 0;
  std::string message;
};

/// The command line's side of the API.
class api_client {
 public:
  /// Throws std::runtime_error when the token file cannot be read.
  explicit api_client(api_address address);

  std::expected<boost::json::value, api_failure> get(std::string const& path);
  std::expected<boost::json::value, api_failure> post(std::string const& path, boost::json::value const& body);
  std::string const& url() const { return address_.url; }

 private:
  std::expected<boost::json::value, api_failure> send(outbound_request request);

  api_address address_;
  secret token_;
  outbound calls_;
};

}  // namespace vendaval::controller
