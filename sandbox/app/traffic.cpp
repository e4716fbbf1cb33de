#include "sandbox/app/traffic.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cmath>

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

std::string day_text(std::chrono::sys_days day) {
  std::chrono::year_month_day const d(day);
  return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
}

app_request refresh(std::string_view resource, std::string const& link, json::object extra = {}) {
  extra["link"] = link;
  extra["save_data"] = true;
  return {operation::retrieve, "POST", fmt::format("/api/{}/", resource), json::serialize(extra)};
}

/// Up to six days back: the range that Open Finance counts against the larger monthly quota.
json::object recent(std::chrono::sys_days today) {
  return {{"date_from", day_text(today - std::chrono::days(6))}, {"date_to", day_text(today)}};
}

app_request token(std::string const* link, app_settings const& s) {
  json::object body{{"id", s.secret_id}, {"password", s.secret_password}, {"scopes", "read_institutions,write_links"}};
  if (link) body["link_id"] = *link;
  return {operation::token, "POST", "/api/token/", json::serialize(body)};
}

app_request see(bank_entry const& bank) {
  auto const target = bank.number.empty() ? "/api/institutions/" : fmt::format("/api/institutions/{}/", bank.number);
  return {operation::meta, "GET", target, {}};
}

}  // namespace

demand draw_demand(dice& d) {
  double left = d.unit() * 100.0;
  for (auto const& [what, share] : traffic_mix)
    if ((left -= share.value) < 0) return what;
  return traffic_mix.front().what;
}

duration draw_gap(double per_minute, dice& d) {
  double const minutes = -std::log(1.0 - d.unit()) / per_minute;
  return std::chrono::duration_cast<duration>(std::chrono::duration<double, std::ratio<60>>(minutes));
}

app_request make_request(demand what, bank_entry const& bank, app_settings const& s, std::chrono::sys_days today,
                         dice& d) {
  if (bank.links.empty()) return what == demand::widget_token ? token(nullptr, s) : see(bank);
  auto const& link = bank.links[d.below(bank.links.size())];
  switch (what) {
    case demand::read_transactions: return {operation::read, "GET", "/api/transactions/?link=" + link, {}};
    case demand::read_accounts: return {operation::read, "GET", "/api/accounts/?link=" + link, {}};
    case demand::refresh_balances: return refresh("balances", link, recent(today));
    case demand::refresh_accounts: return refresh("accounts", link);
    case demand::refresh_transactions: return refresh("transactions", link, recent(today));
    case demand::widget_token: return token(&link, s);
    case demand::see_institution: break;
  }
  return see(bank);
}

}  // namespace vendaval::sandbox
