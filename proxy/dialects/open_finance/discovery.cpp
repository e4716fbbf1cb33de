#include "proxy/dialects/open_finance/discovery.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "proxy/dialects/bounded_json.hpp"

namespace vendaval::dialects::open_finance_discovery {
namespace {

namespace json = boost::json;

/// The gravest first: the order in which one of several outages is the one to tell.
constexpr std::array<std::string_view, 3> codes{"UNAVAILABLE", "PARTIAL_FAILURE", "SCHEDULED_OUTAGE"};

/// data.status[] as the standard has it, data.outages[] or data[] as some of its examples do.
json::array const* entries_of(json::object const& answer) {
  auto const* data = answer.if_contains("data");
  if (!data) return nullptr;
  if (auto const* list = data->if_array()) return list;
  auto const* object = data->if_object();
  for (auto const key : {"status", "outages"})
    if (auto const* list = object ? object->if_contains(key) : nullptr) return list->if_array();
  return nullptr;
}

std::string page(json::value data, std::string_view self) {
  json::object const links{{"self", self}};
  json::object const meta{{"totalRecords", 1}, {"totalPages", 1}};
  return json::serialize(json::object{{"data", std::move(data)}, {"links", links}, {"meta", meta}});
}

}  // namespace

bool announces(std::string_view code) { return std::ranges::find(codes, code) != codes.end(); }

std::optional<std::string_view> trouble_in(std::string_view body) {
  auto const value = parse_bounded(body);
  auto const* answer = value ? value->if_object() : nullptr;
  auto const* list = answer ? entries_of(*answer) : nullptr;
  if (!list) return std::nullopt;
  auto const said = [list](std::string_view code) {
    return std::ranges::any_of(*list, [code](json::value const& one) {
      auto const* object = one.if_object();
      return object && text_at(*object, "code") == code;
    });
  };
  auto const found = std::ranges::find_if(codes, said);
  return found == codes.end() ? std::nullopt : std::optional(*found);
}

std::string instant(wall_time t) { return iso8601(t).substr(0, 19) + "Z"; }

std::string status(std::string_view code, std::string_view self, wall_time now) {
  json::object const entry{{"code", code},
                           {"explanation", "Indisponibilidade simulada"},
                           {"detectionTime", instant(now)},
                           {"expectedResolutionTime", instant(now + 3h)},
                           {"updateTime", instant(now)}};
  return page(json::object{{"status", json::array{entry}}}, self);
}

std::string outages(std::string_view self, wall_time now) {
  json::object const entry{{"outageTime", instant(now)},
                           {"duration", "PT3H"},
                           {"isPartial", false},
                           {"explanation", "Indisponibilidade simulada"}};
  return page(json::array{entry}, self);
}

}  // namespace vendaval::dialects::open_finance_discovery
