#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>

#include "base/io/certificates.hpp"
#include "base/io/file.hpp"
#include "base/io/log.hpp"
#include "base/toml/reader.hpp"
#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"
#include "controller/io/wait_for_signal.hpp"
#include "sandbox/app/webhook_inbox.hpp"
#include "sandbox/io/app_runner.hpp"
#include "sandbox/io/bank_server.hpp"
#include "sandbox/io/receiver.hpp"

namespace vendaval::controller {
namespace {

struct sandbox_options {
  std::string config, listen = "127.0.0.1:8444", certificate, key;
  std::string target = "https://localhost:8443", ca, report_to;
  std::string webhooks_to, webhooks_listen;
  std::string folder = "certificates", leaf = "proxy";
  std::vector<std::string> names{"localhost", "127.0.0.1"};
};

struct sandbox_settings {
  sandbox::bank_settings bank;
  sandbox::app_settings app;
};

/// [bank] and [app] of the sandbox's own file; defaults without one.
sandbox_settings read_settings(std::string const& file) {
  sandbox_settings result;
  if (file.empty()) return result;
  auto text = read_file(file);
  if (!text) throw usage_error(fmt::format("cannot read {}: {}", file, text.error()));
  problems found;
  auto const document = parse_toml(file, std::move(*text), found);
  if (document) {
    table_reader root(document->table, file, found);
    root.table("bank", [&](table_reader& in) { sandbox::bank_settings::fields(result.bank, in); });
    root.table("app", [&](table_reader& in) { sandbox::app_settings::fields(result.app, in); });
    root.finish();
  }
  if (!found.empty()) {
    auto const shown = read_file(file);
    throw usage_error(explain(found, shown ? *shown : ""));
  }
  return result;
}

listen_address address(std::string const& text, std::string const& option = "--listen") {
  auto const parsed = listen_address::parse(text);
  if (!parsed) throw CLI::ValidationError(option, fmt::format("\"{}\" is not an address such as 127.0.0.1:8444", text));
  return *parsed;
}

std::optional<tls_identity> identity(sandbox_options const& o) {
  if (o.certificate.empty() && o.key.empty()) return std::nullopt;
  return tls_identity{o.certificate, o.key};
}

void run_bank(sandbox_options const& o) {
  auto const settings = read_settings(o.config);
  auto const log = make_logger("bank");
  signal_wait stop;
  sandbox::bank_server bank(settings.bank, mission_institutions(), address(o.listen), identity(o),
                            {o.webhooks_to, o.ca});
  bank.start();
  log->info("the sandbox bank answers on {} as Belvo would; secret id {}", o.listen, settings.bank.secret_id);
  stop.wait();
  auto const counted = bank.counters();
  log->info("answered {} requests: {} well, {} refused, {} broken", counted.requests, counted.ok, counted.refused,
            counted.broken);
  if (!o.webhooks_to.empty())
    log->info("webhooks: {} taken by the app, {} given up", counted.webhooks.taken, counted.webhooks.given_up);
}

/// The app's own way in for webhooks, when it was given an address for it.
class webhook_ear {
 public:
  explicit webhook_ear(std::string const& listen) {
    if (listen.empty()) return;
    receiver_.emplace(address(listen, "--webhooks-listen"), std::nullopt, [this](auto const& m) {
      std::lock_guard const lock(mutex_);
      heard_.take(m.body);
    });
    receiver_->start();
  }
  void tell(spdlog::logger& log) {
    if (!receiver_) return;
    receiver_->stop();
    std::lock_guard const lock(mutex_);
    log.info("webhooks: {} came", heard_.count());
    for (auto const& [type, count] : heard_.by_type()) log.info("webhooks: {} of {}", count, type);
  }

 private:
  std::mutex mutex_;
  sandbox::webhook_inbox heard_;
  std::optional<sandbox::receiver> receiver_;
};

void run_app(sandbox_options const& o) {
  auto const settings = read_settings(o.config);
  auto const log = make_logger("app");
  signal_wait stop;
  sandbox::app_runner app(settings.app, mission_institutions(),
                          {.base_url = o.target, .ca_file = o.ca, .report_breaker_to = o.report_to, .report_token = {}},
                          [log](sandbox::breaker_event const& e) {
                            log->info("breaker of {}: {}", e.institution, sandbox::word(e.state));
                          });
  webhook_ear ear(o.webhooks_listen);
  app.start();
  log->info("calling {} for {} institutions, {} requests a minute each", o.target, settings.app.institutions.size(),
            settings.app.requests_per_minute);
  stop.wait();
  auto const seen = app.look();
  if (!seen.ready) log->warn("it never got its links: {}", seen.trouble);
  for (auto const& [bank, counts] : seen.statistics)
    log->info("{}: {} wanted, {} succeeded, {} failed, {} rejected by the breaker, {} calls of which {} retries", bank,
              counts.wanted, counts.succeeded, counts.failed, counts.rejected, counts.calls, counts.retries);
  ear.tell(*log);
}

void run_receiver(sandbox_options const& o) {
  auto const log = make_logger("receiver");
  signal_wait stop;
  sandbox::receiver slack(address(o.listen), identity(o),
                          [log](sandbox::received_message const& m) { log->info("{} {}", m.path, m.body); });
  slack.start();
  log->info("taking webhooks as Slack would on {}", o.listen);
  stop.wait();
}

void make_certificates(sandbox_options const& o) {
  auto const ca = ensure_local_ca(o.folder);
  auto const leaf = ensure_leaf(ca, o.folder, o.leaf, o.names);
  fmt::print("ca          {}\ncertificate {}\nkey         {}\n", ca.certificate, leaf.certificate, leaf.key);
}

}  // namespace

void add_sandbox(CLI::App& app, int&) {
  auto* group = app.add_subcommand("sandbox", "a bank to break and an app to watch, without any real one");
  group->require_subcommand(1);
  auto const o = std::make_shared<sandbox_options>();
  auto const serving = [o](CLI::App* command) {
    command->add_option("--listen", o->listen, "address to listen on")->capture_default_str();
    command->add_option("--certificate", o->certificate, "PEM file; without it, plain HTTP");
    command->add_option("--key", o->key, "PEM file of its private key");
  };

  auto* bank = group->add_subcommand("bank", "a fake Belvo with seven institutions");
  serving(bank);
  bank->add_option("--config", o->config, "TOML with [bank]");
  bank->add_option("--webhooks-to", o->webhooks_to, "URL that its webhooks go to; without it, it sends none");
  bank->add_option("--ca", o->ca, "trust this CA (PEM) there in place of the system's");
  bank->callback([o] { run_bank(*o); });

  auto* client = group->add_subcommand("app", "a simulated app with retries and a circuit breaker per institution");
  client->add_option("--target", o->target, "the proxy, or the bank itself")->capture_default_str();
  client->add_option("--ca", o->ca, "trust this CA (PEM) in place of the system's");
  client->add_option("--config", o->config, "TOML with [app]");
  client->add_option("--report-breaker-to", o->report_to, "URL that is told of every change of a breaker");
  client->add_option("--webhooks-listen", o->webhooks_listen, "address on which it takes webhooks, and counts them");
  client->callback([o] { run_app(*o); });

  auto* slack = group->add_subcommand("receiver", "takes webhooks as Slack would, and prints them");
  serving(slack);
  slack->callback([o] { run_receiver(*o); });

  auto* certificates = group->add_subcommand("certificates", "make a private CA and a certificate under it");
  certificates->add_option("--folder", o->folder, "where they are kept")->capture_default_str();
  certificates->add_option("--name", o->leaf, "name of the files")->capture_default_str();
  certificates->add_option("names", o->names, "host names and addresses it is for");
  certificates->callback([o] { make_certificates(*o); });
}

}  // namespace vendaval::controller
