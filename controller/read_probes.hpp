#pragma once
#include "base/institution.hpp"
#include "base/toml/reader.hpp"
#include "monitor/probes/plan.hpp"

namespace vendaval::controller {

/// [probes]. What is wrong is said to `in`.
monitor::probe_settings read_probes(table_reader& in, institutions const& banks);

}  // namespace vendaval::controller
