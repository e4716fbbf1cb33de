#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "base/toml/reader.hpp"
#include "proxy/faults/armed.hpp"

namespace vendaval::faults {

/// What the reader of a fault must know from outside its table.
struct fault_surroundings {
  institutions const& banks;
  std::vector<std::string> error_codes;           // dialect.error_codes()
  std::vector<std::string> default_institutions;  // ids used when the table names none, e.g. the phase's target
  std::string label;                              // "s1-banco-fora/black-out/1"
};

/// One fault from its table; every mistake becomes a problem, and then there is no fault. Keys of every kind:
///   kind = "error"
///   institutions = ["itau"]               # code or alias
///   operations = ["retrieve", "link"]     # left out: every operation that names the institution
///   probability = "30%"                   # left out: 100 %
///   wave = { on = "15s", off = "15s" }    # left out: always on
/// and the kind's own (its fields()). The caller calls in.finish().
std::optional<fault_template> read_fault(table_reader& in, fault_surroundings const& around);

}  // namespace vendaval::faults
