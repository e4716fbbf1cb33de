#pragma once
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/institution.hpp"
#include "base/toml/problem.hpp"
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// What a scenario is checked against.
struct scenario_context {
  institutions banks = mission_institutions();
  std::vector<std::string> error_codes;    // dialect.error_codes(); a fault may answer with no other
  std::vector<std::string> allowed_hosts;  // exact names; faults are injected for no other
  std::string upstream;                    // the configured host; empty = hosts are not checked
  bool can_sign = true;                    // is there a [proxy] fault_ca, for certificates that clients would trust?
  std::optional<std::string> target;       // given on the command line: in place of the scenario's own
};

/// Reads and checks a scenario. Either all of it is right, or every mistake in it is returned at once.
std::expected<scenario, problems> check_scenario(std::string text, std::string file, scenario_context const& context);

}  // namespace vendaval::controller
