#pragma once
/// What a Belvo request asks, as far as its method, path and query say.
#include <string>
#include <string_view>
#include <vector>

#include "proxy/dialects/dialect.hpp"

namespace vendaval::dialects::belvo_requests {

enum class family : std::uint8_t { links, resource, token, institutions, other };

struct shape {
  family of = family::other;
  operation what = operation::meta;
  std::string route{};         // "/api/accounts/{id}/"
  std::string id{};            // of the link, resource or institution the path names; empty when it names none
  bool names_in_body = false;  // the institution or link stands in the body
};
shape read(request_view const& request);

/// Does this path belong to the API, where every success carries JSON?
bool in_api(std::string_view target);

/// What the filters of a query name, decoded. Lists ("link__in=a,b") are taken apart. An item has to pass all of them.
struct filters {
  std::vector<std::string> links, institutions;  // institutions: Belvo's names, or its numbers
  std::vector<std::string> accounts, ids;        // ids: of the resource itself
};
filters read_filters(std::string_view target);

}  // namespace vendaval::dialects::belvo_requests
