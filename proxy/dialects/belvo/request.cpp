#include "proxy/dialects/belvo/request.hpp"

#include <algorithm>
#include <array>

#include "proxy/dialects/url.hpp"

namespace vendaval::dialects::belvo_requests {
namespace {

constexpr std::array<std::string_view, 24> resources{"accounts",
                                                     "transactions",
                                                     "balances",
                                                     "owners",
                                                     "incomes",
                                                     "recurring-expenses",
                                                     "risk-insights",
                                                     "statements",
                                                     "invoices",
                                                     "tax-returns",
                                                     "tax-status",
                                                     "tax-retentions",
                                                     "tax-compliance-status",
                                                     "tax-declarations",
                                                     "employment-records",
                                                     "consents",
                                                     "bills",
                                                     "exchanges",
                                                     "income-verification",
                                                     "current-employments",
                                                     "receivables-transactions",
                                                     "categorization",
                                                     "financial-statements",
                                                     "investments"};
constexpr std::array<std::string_view, 3> investment_parts{"portfolios", "transactions", "instruments"};

bool known(auto const& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

family family_of(std::string_view word) {
  if (word == "links") return family::links;
  if (word == "token") return family::token;
  if (word == "institutions") return family::institutions;
  return known(resources, word) ? family::resource : family::other;
}

bool writes(std::string_view method) { return method == "POST" || method == "PATCH" || method == "PUT"; }

operation operation_of(family of, std::string_view method) {
  switch (of) {
    case family::links: return writes(method) || method == "DELETE" ? operation::link : operation::read;
    case family::resource: return method == "POST" || method == "PATCH" ? operation::retrieve : operation::read;
    case family::token: return operation::token;
    case family::institutions:
    case family::other: return operation::meta;
  }
  return operation::meta;
}

void take_list(std::vector<std::string>& into, std::string_view list) {
  while (!list.empty()) {
    auto const one = list.substr(0, list.find(','));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    if (!one.empty()) into.emplace_back(one);
  }
}

}  // namespace

shape read(request_view const& request) {
  auto const parts = segments(split(request.target).path);
  if (parts.empty()) return {.route = "/"};
  if (parts[0] != "api") return {.route = "/{other}"};
  if (parts.size() == 1) return {.route = "/api/"};
  shape result{.of = family_of(parts[1]), .what = operation::meta, .route = "/api/"};
  if (result.of == family::other) {
    result.route += "{other}/";  // a path that we do not know may hold anything: not for logs
    return result;
  }
  result.route += std::string(parts[1]) + "/";
  std::size_t next = 2;
  if (parts[1] == "investments" && parts.size() > 2 && known(investment_parts, parts[2])) {
    result.route += std::string(parts[2]) + "/";
    next = 3;
  }
  if (parts.size() > next) {
    result.id = percent_decode(parts[next]);
    result.route += "{id}/";
  }
  result.what = operation_of(result.of, request.method);
  result.names_in_body = result.id.empty() && writes(request.method) && result.of != family::institutions;
  return result;
}

filters read_filters(std::string_view target) {
  filters result;
  each_parameter(split(target).query, [&](std::string const& key, std::string const& value) {
    if (key == "link" || key == "link__in" || key == "account" || key == "account__in" || key == "id" ||
        key == "id__in")
      take_list(result.ids, value);
    if (key == "institution" || key == "institution__in") take_list(result.institutions, value);
  });
  return result;
}

}  // namespace vendaval::dialects::belvo_requests
