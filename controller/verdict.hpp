#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "controller/record.hpp"
#include "controller/scenario.hpp"

namespace vendaval::controller {

enum class ruling : std::uint8_t { passed, failed, error };
inline constexpr std::string_view ruling_names[]{"passed", "failed", "error"};

/// One hypothesis at one moment, or one assertion, with what was measured and what was asked.
struct check {
  std::string name;
  std::optional<moment> when;  // nothing for an assertion
  bool ok = false;
  std::optional<quantity> measured;  // nothing when it could not be measured
  bounds limits;
  std::string sentence;  // "detection took 62.1 s; at most 90 s was asked"
  bool operator==(check const&) const = default;
};

struct verdict {
  ruling result = ruling::error;
  std::string reason;  // one line
  std::vector<check> hypotheses, assertions;
  std::optional<milliseconds> detection, recovery;
  bool operator==(verdict const&) const = default;
};

/// The verdict of a finished run; a function of these two values and nothing else. `s` is the scenario as it was
/// played: compressed, if the run was.
verdict judge(scenario const& s, record const& r);
/// Only the hypotheses of one moment, over what is known so far.
std::vector<check> judge_hypotheses(scenario const& s, record const& r, moment when);
/// The first stop condition that holds over its window ending at `now`, as a sentence.
std::optional<std::string> stop_reason(scenario const& s, record const& r, milliseconds now);

/// 0 passed, 1 failed, 3 could not run, 4 aborted or stopped.
int exit_code(verdict const& v, ending e);

}  // namespace vendaval::controller
