#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <memory>

#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

struct control_options {
  api_address api;
  std::string reason = "no reason given";
  bool json = false;
};

int stop(control_options const& o) {
  auto const answer = api_client(o.api).post("/v1/stop", json::object{{"reason", o.reason}});
  if (!answer) return failure(answer.error());
  fmt::print("stopped: {} faults taken away. Nothing can be armed until: vendaval release --reason \"…\"\n",
             answer->as_object().at("faults_ended").to_number<std::uint64_t>());
  return passed;
}

int release(control_options const& o) {
  auto const answer = api_client(o.api).post("/v1/release", json::object{{"reason", o.reason}});
  if (!answer) return failure(answer.error());
  fmt::print("released: faults can be armed again\n");
  return passed;
}

/// Only when there is something to say.
void print_keeping(json::object const& kept) {
  auto const count = [&](char const* key) { return kept.at(key).to_number<std::uint64_t>(); };
  if (kept.at("trouble").as_bool())
    fmt::print("THE DATABASE IS IN TROUBLE: {} batches wait for it, {} on disk; nothing of them is lost\n",
               count("waiting"), show(bytes{count("spooled_bytes")}));
  if (auto const lost = count("lost"); lost != 0) fmt::print("LOST: {} batches, because the spool was full\n", lost);
  if (auto const refused = count("refused"); refused != 0)
    fmt::print("REFUSED: {} batches that the database would never accept; the log has them\n", refused);
}

int status(control_options const& o) {
  auto const answer = api_client(o.api).get("/v1/status");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& all = answer->as_object();
  auto const armed = all.at("faults_armed").to_number<std::uint64_t>();
  if (auto const* why = all.at("stopped").if_string()) fmt::print("KILL SWITCH LATCHED: {}\n", std::string(*why));
  fmt::print("{}\n", armed == 0 ? "no fault is armed" : fmt::format("FAULTS ACTIVE: {}", armed));
  print_keeping(all.at("keeping").as_object());
  if (auto const* quiet = all.if_contains("silences"); quiet && !quiet->as_array().empty())
    fmt::print("SILENCES: {} (vendaval silences list)\n", quiet->as_array().size());
  for (auto const& value : all.at("institutions").as_array()) {
    auto const& bank = value.as_object();
    auto const* success = bank.if_contains("success_percent");
    fmt::print(
        "  {:<12} {:<10} {}\n", std::string(bank.at("id").as_string()), std::string(bank.at("level").as_string()),
        success && success->is_number() ? fmt::format("success {:.1f} %", success->to_number<double>()) : "no calls");
  }
  return passed;
}

}  // namespace

void add_control(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<control_options>();
  auto* stopping = app.add_subcommand("stop", "take every fault away at once, also from requests being held");
  stopping->add_option("--reason", o->reason, "for the audit log")->capture_default_str();
  add_api_options(stopping, o->api);
  stopping->callback([o, &exit_code] { exit_code = stop(*o); });

  auto* releasing = app.add_subcommand("release", "allow faults again after a stop");
  releasing->add_option("--reason", o->reason, "why it is safe again")->required();
  add_api_options(releasing, o->api);
  releasing->callback([o, &exit_code] { exit_code = release(*o); });

  auto* showing = app.add_subcommand("status", "how every bank is, and what is armed");
  showing->add_flag("--json", o->json, "as JSON");
  add_api_options(showing, o->api);
  showing->callback([o, &exit_code] { exit_code = status(*o); });
}

}  // namespace vendaval::controller
