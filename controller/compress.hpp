#pragma once
#include "controller/scenario.hpp"

namespace vendaval::controller {

/// The same scenario in less time: phases, waves, the windows of stop conditions, the time to settle and the limits of
/// assertions about time are divided by `factor`. What a caller feels is never divided: the latency and the answers of
/// a fault, and the limits of hypotheses about latency, stay as written.
scenario compress(scenario s, unsigned factor);

}  // namespace vendaval::controller
