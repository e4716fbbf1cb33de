#include "sandbox/bank/webhooks.hpp"

#include <algorithm>

#include "sandbox/bank/store.hpp"

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

struct happening {
  std::string_view type, process, code;
  std::string request_id;
};

webhook about(row const& link, happening const& what, json::object data, dice& d) {
  json::object const body{{"webhook_id", hex32(d)},
                          {"webhook_type", what.type},
                          {"process_type", what.process},
                          {"webhook_code", what.code},
                          {"link_id", link.id},
                          {"request_id", what.request_id},
                          {"external_id", link.body.at("external_id")},
                          {"data", std::move(data)}};
  return {link.institution, json::serialize(body)};
}

resource const& find(store const& all, std::string_view name) {
  return *std::ranges::find(all.resources, name, &resource::name);
}

json::object transactions_in(resource const& kind, std::string const& link) {
  std::uint64_t total = 0, inflow = 0;
  std::string first, last;
  for (auto const& r : kind.rows) {
    if (r.link != link) continue;
    ++total;
    if (r.body.at("type") == "INFLOW") ++inflow;
    if (first.empty() || r.date < first) first = r.date;
    last = std::max(last, r.date);
  }
  auto const date = [](std::string const& text) { return text.empty() ? json::value() : json::value(text); };
  return {{"total_transactions", total},
          {"total_inflow_transactions", inflow},
          {"total_outflow_transactions", total - inflow},
          {"first_transaction_date", date(first)},
          {"last_transaction_date", date(last)}};
}

json::object data_of(resource const& kind, std::string const& link) {
  if (kind.name == "transactions") return transactions_in(kind, link);
  auto const total = std::ranges::count(kind.rows, link, &row::link);
  return {{"total_" + std::string(kind.name), total}};
}

std::string type_of(std::string_view resource) {
  std::string upper(resource);
  for (auto& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return upper;
}

}  // namespace

webhook retrieved(store const& all, row const& link, std::string_view resource, std::string const& request_id,
                  dice& d) {
  auto const type = type_of(resource);
  return about(link, {type, "historical_update", "historical_update", request_id},
               data_of(find(all, resource), link.id), d);
}

std::vector<webhook> link_made(store const& all, row const& link, dice& d) {
  std::vector<webhook> result;
  for (auto const* const resource : {"accounts", "owners", "transactions"})
    result.push_back(retrieved(all, link, resource, hex32(d), d));
  return result;
}

webhook refreshed(row const& link, dice& d) {
  auto request_id = hex32(d);
  return about(link, {"TRANSACTIONS", "recurrent_update", "new_transactions_available", std::move(request_id)},
               {{"new_transactions", 1 + d.below(5)}}, d);
}

bool refresh_times::due(std::string_view link, time_point from, time_point to) const {
  if (every_ <= duration{}) return false;
  auto const shift = duration(static_cast<duration::rep>(dice::mix(dice::key(link)) % std::uint64_t(every_.count())));
  auto const turns = [&](time_point t) { return (t.time_since_epoch() + shift) / every_; };
  return turns(from) != turns(to);
}

}  // namespace vendaval::sandbox
