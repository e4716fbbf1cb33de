#pragma once
/// Which planned maintenance is not held against a bank. The rule is Open Finance Brasil's: at most one window a month,
/// of three hours at most, between 01:00 and 07:00 in Brasília, announced at least a week before.
#include <string>
#include <vector>

#include "sql/rows.hpp"

namespace vendaval::monitor {

struct maintenance_ruling {
  sql::maintenance_row window;
  bool excluded = false;
  std::string why;  // "planned", or the part of the rule that it breaks
};

/// `all` must reach back to the beginning of the month of the first window that matters, in any order; the rulings come
/// in the order of the windows' beginnings.
std::vector<maintenance_ruling> rule_on(std::vector<sql::maintenance_row> all);

/// For people: each window that is excluded, and why the others are not; those of one bank that break the same part of
/// the rule share a line.
std::vector<std::string> told(std::vector<maintenance_ruling> const& rulings);

/// Midnight in Brasília on the first of the month in which `t` lies.
wall_time month_of(wall_time t);

}  // namespace vendaval::monitor
