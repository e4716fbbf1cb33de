#pragma once
#include <vector>

#include "base/toml/reader.hpp"
#include "proxy/faults/deny_window.hpp"

namespace vendaval::controller {

/// [[faults.deny]]: name, zone, weekdays, days, from, to. What is wrong is reported with its place.
std::vector<faults::deny_window> read_deny(table_reader& faults);

}  // namespace vendaval::controller
