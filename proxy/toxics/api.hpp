#pragma once
/// Toxiproxy's HTTP API over the book of proxies: paths, status codes, headers and bodies as its clients know them.
#include <functional>
#include <string>
#include <vector>

#include "base/dice.hpp"
#include "base/http.hpp"
#include "proxy/toxics/book.hpp"

namespace vendaval::toxics {

class api {
 public:
  /// `version` is ours; Toxiproxy's, whose API this is, stands beside it.
  api(proxy_book& book, std::string version, std::uint64_t seed)
      : book_(book), version_(std::move(version)), ids_(seed) {}

  http_response answer(http_request const& request, time_point now);

 private:
  struct call {
    http_request const& request;
    time_point now;
    std::string proxy{}, toxic{};
  };
  struct route;
  static std::vector<route> const& routes();

  http_response version(call const& c);
  http_response metrics(call const& c);
  http_response list(call const& c);
  http_response create(call const& c);
  http_response populate(call const& c);
  http_response reset(call const& c);
  http_response stop(call const& c);
  http_response release(call const& c);
  http_response show_proxy(call const& c);
  http_response update_proxy(call const& c);
  http_response remove_proxy(call const& c);
  http_response list_toxics(call const& c);
  http_response add_toxic(call const& c);
  http_response show_toxic(call const& c);
  http_response update_toxic(call const& c);
  http_response remove_toxic(call const& c);

  proxy_book& book_;
  std::string version_;
  dice ids_;
};

}  // namespace vendaval::toxics
