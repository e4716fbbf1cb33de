#pragma once
#include <string>

#include "proxy/faults/armed.hpp"

namespace vendaval::faults {

/// The fault as TOML that read_fault reads back to the same one: what differs from the defaults, one key a line.
std::string write_fault(fault const& what, scope const& where, side_of_upstream when, course const& over_time);
inline std::string write_fault(armed_fault const& f) { return write_fault(f.what, f.where, f.when, f.over_time); }

}  // namespace vendaval::faults
