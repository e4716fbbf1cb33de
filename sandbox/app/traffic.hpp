#pragma once
#include <array>
#include <string>
#include <string_view>

#include "base/dice.hpp"
#include "base/time.hpp"
#include "sandbox/app/directory.hpp"
#include "sandbox/app/settings.hpp"

namespace vendaval::sandbox {

/// One request as the app means to send it, whatever the host.
struct app_request {
  operation what = operation::read;
  std::string method, target, body;
};

/// What users make the app ask for, and how often.
enum class demand : std::uint8_t {
  read_transactions,
  read_accounts,
  refresh_balances,
  refresh_accounts,
  refresh_transactions,
  see_institution,
  widget_token
};
struct share_of_demand {
  demand what;
  percent share;
};
inline constexpr std::array<share_of_demand, 7> traffic_mix{{{demand::read_transactions, {45}},
                                                             {demand::read_accounts, {20}},
                                                             {demand::refresh_balances, {7.5}},
                                                             {demand::refresh_accounts, {7.5}},
                                                             {demand::refresh_transactions, {10}},
                                                             {demand::see_institution, {5}},
                                                             {demand::widget_token, {5}}}};

demand draw_demand(dice& d);

/// The gap to the next arrival of a Poisson process.
duration draw_gap(double per_minute, dice& d);

/// `today` dates the range a refresh asks for. A bank without links is asked for what needs none.
app_request make_request(demand what, bank_entry const& bank, app_settings const& s, std::chrono::sys_days today,
                         dice& d);

}  // namespace vendaval::sandbox
