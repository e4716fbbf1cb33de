#pragma once
/// Days on which banks in Brazil are closed all over the country, as FEBRABAN lists them: the national holidays, and
/// Carnival's Monday and Tuesday and Corpus Christi, which hang on Easter. States' and towns' own are not here.
#include <chrono>
#include <set>

namespace vendaval::monitor {

using days_of_rest = std::set<std::chrono::sys_days>;

days_of_rest bank_holidays(std::chrono::year year);

}  // namespace vendaval::monitor
