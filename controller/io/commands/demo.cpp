#include "controller/io/demo.hpp"

#include <memory>

#include "controller/io/commands/commands.hpp"

namespace vendaval::controller {

void add_demo(CLI::App& app, int& exit_code) {
  auto const s = std::make_shared<demo_settings>();
  auto const seed = std::make_shared<std::uint64_t>(0);
  auto* command = app.add_subcommand("demo", "a whole game day on this machine: sandbox bank, simulated app, verdict");
  command->add_option("--institution", s->institution, "the bank to break")->capture_default_str();
  command->add_option("--scenario", s->scenario_file, "a scenario of your own in place of s1-banco-fora");
  command->add_option("--compress", s->compress, "how many times faster than written")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  auto* seeded = command->add_option("--seed", *seed, "roll the same dice again");
  command->add_option("--folder", s->folder, "where everything is kept")->capture_default_str();
  command->add_option("--proxy-port", s->proxy_port, "port of the proxy")->capture_default_str();
  command->add_option("--bank-port", s->bank_port, "port of the sandbox bank")->capture_default_str();
  command->add_option("--webhooks-port", s->webhooks_port, "port at which the proxy takes the bank's webhooks")
      ->capture_default_str();
  command->add_option("--app-port", s->app_port, "port at which the app takes them")->capture_default_str();
  command->add_option("--api-port", s->api_port, "port of the API")->capture_default_str();
  command->add_option("--receiver-port", s->receiver_port, "port of the local Slack receiver")->capture_default_str();
  command->add_flag("--json", s->json, "print the verdict as JSON");
  command->callback([s, seed, seeded, &exit_code] {
    if (seeded->count() > 0) s->seed = *seed;
    exit_code = run_demo(*s);
  });
}

}  // namespace vendaval::controller
