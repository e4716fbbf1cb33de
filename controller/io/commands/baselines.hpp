#pragma once
#include <CLI/CLI.hpp>

namespace vendaval::controller {

/// `vendaval rules explain` and `rules backtest`, under `rules`.
void add_baselines(CLI::App& rules, int& exit_code);

}  // namespace vendaval::controller
