#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace vendaval::controller {

struct demo_settings {
  std::string folder = "vendaval-out";
  std::uint16_t proxy_port = 8443, bank_port = 8444, webhooks_port = 8445, app_port = 8446, api_port = 8480,
                receiver_port = 8490;
  std::string institution = "itau";
  std::string scenario_file;  // empty: the embedded s1-banco-fora
  std::optional<std::uint64_t> seed;
  unsigned compress = 20;
  bool json = false;
};

/// Starts the sandbox bank, `vendaval up` and the simulated app as children of this process, runs one game day, prints
/// its verdict and ends them all. Returns the exit code of the run.
int run_demo(demo_settings const& settings);

}  // namespace vendaval::controller
