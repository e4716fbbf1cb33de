#pragma once
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// The same scenario in less time: phases, waves, the windows of stop conditions, the time to settle and the limits of
/// assertions about time are divided by `factor`, and so are the faults' own delays if the scenario says that its
/// delays are `scaled`. The limits of hypotheses about latency are never divided: they are about real answers.
scenario compress(scenario s, unsigned factor);

}  // namespace vendaval::controller
