#include "controller/io/demo.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <thread>

#include "base/io/certificates.hpp"
#include "base/io/file.hpp"
#include "controller/embedded.hpp"
#include "controller/io/child_process.hpp"
#include "controller/io/interrupts.hpp"
#include "controller/io/run_client.hpp"
#include "sandbox/io/receiver.hpp"

namespace vendaval::controller {
namespace {

namespace fs = std::filesystem;

struct port_use {
  std::string_view what, option;
  std::uint16_t port;
};

std::array<port_use, 6> ports_of(demo_settings const& s) {
  return {{{"the proxy", "--proxy-port", s.proxy_port},
           {"the sandbox bank", "--bank-port", s.bank_port},
           {"the proxy's way in for webhooks", "--webhooks-port", s.webhooks_port},
           {"the app's webhooks", "--app-port", s.app_port},
           {"the API", "--api-port", s.api_port},
           {"the local Slack receiver", "--receiver-port", s.receiver_port}}};
}

/// A taken port is reported before anything is started, with the option that changes it.
void check_ports(demo_settings const& s) {
  std::string taken;
  for (auto const& use : ports_of(s)) {
    asio::io_context io;
    asio::ip::tcp::endpoint const where(asio::ip::address_v4::loopback(), use.port);
    asio::ip::tcp::acceptor probe(io);
    boost::system::error_code error;
    probe.open(where.protocol());
    probe.set_option(asio::ip::tcp::acceptor::reuse_address(true));
    probe.bind(where, error);
    if (!error) probe.listen(1, error);
    if (error)
      taken += fmt::format("port {} for {} is taken ({}): free it, or choose another with {} {}\n", use.port, use.what,
                           error.message(), use.option, use.port + 1000);
  }
  if (!taken.empty()) throw std::runtime_error(taken.substr(0, taken.size() - 1));
}

/// The template with every @NAME@ replaced.
std::string filled(std::string_view form, std::map<std::string, std::string> const& values) {
  std::string result(form);
  for (auto const& [name, value] : values)
    for (auto at = result.find(name); at != std::string::npos; at = result.find(name, at + value.size()))
      result.replace(at, name.size(), value);
  return result;
}

void write(fs::path const& path, std::string const& text) {
  auto const written = write_file_durably(path.string(), text, 0600);
  if (!written) throw std::runtime_error(fmt::format("cannot write {}: {}", path.string(), written.error()));
}

/// The one line that Slack would show in a notification.
std::string headline(std::string const& body) {
  boost::system::error_code wrong;
  auto const value = boost::json::parse(body, wrong);
  if (wrong || !value.is_object() || !value.as_object().contains("text")) return body;
  auto const& text = value.as_object().at("text");
  return text.is_string() ? std::string(text.as_string()) : body;
}

struct demo_files {
  fs::path folder, config, sandbox, ca;
  tls_identity bank;
};

demo_files prepare(demo_settings const& s) {
  demo_files files;
  files.folder = fs::absolute(s.folder);
  std::error_code error;
  fs::create_directories(files.folder, error);
  if (error) throw std::runtime_error(fmt::format("cannot create {}: {}", files.folder.string(), error.message()));
  auto const certificates = (files.folder / "certificates").string();
  auto const ca = ensure_local_ca(certificates);
  files.ca = ca.certificate;
  files.bank = ensure_leaf(ca, certificates, "bank", {"localhost", "127.0.0.1"});
  auto const proxy = ensure_leaf(ca, certificates, "proxy", {"localhost", "127.0.0.1"});
  files.config = files.folder / "demo.toml";
  files.sandbox = files.folder / "sandbox.toml";
  write(files.config, filled(embedded::demo_config, {{"@PROXY_PORT@", std::to_string(s.proxy_port)},
                                                     {"@BANK_PORT@", std::to_string(s.bank_port)},
                                                     {"@WEBHOOKS_PORT@", std::to_string(s.webhooks_port)},
                                                     {"@APP_PORT@", std::to_string(s.app_port)},
                                                     {"@API_PORT@", std::to_string(s.api_port)},
                                                     {"@RECEIVER_PORT@", std::to_string(s.receiver_port)},
                                                     {"@COMPRESS@", std::to_string(s.compress)},
                                                     {"@CERTIFICATE@", proxy.certificate},
                                                     {"@KEY@", proxy.key},
                                                     {"@CA@", ca.certificate},
                                                     {"@FOLDER@", files.folder.string()}}));
  write(files.sandbox, std::string(embedded::demo_sandbox));
  return files;
}

/// The three programs of the demo, and the receiver in this one.
class stage_set {
 public:
  stage_set(demo_settings const& s, demo_files const& files) : settings_(s), files_(files) {}
  ~stage_set() {
    for (auto* child : {&app_, &up_, &bank_})
      if (*child) (*child)->stop(5s);
  }

  void start() {
    start_child(bank_, "bank",
                {"sandbox", "bank", "--listen", address(settings_.bank_port), "--certificate", files_.bank.certificate,
                 "--key", files_.bank.key, "--config", files_.sandbox.string(), "--webhooks-to",
                 fmt::format("https://localhost:{}/hooks/belvo", settings_.webhooks_port), "--ca", files_.ca.string()});
    wait_for(*bank_, settings_.bank_port);
    start_child(up_, "up", {"up", "--config", files_.config.string()});
    wait_for(*up_, settings_.api_port);
    start_child(app_, "app",
                {"sandbox", "app", "--target", fmt::format("https://localhost:{}", settings_.proxy_port), "--ca",
                 files_.ca.string(), "--config", files_.sandbox.string(), "--report-breaker-to",
                 fmt::format("http://127.0.0.1:{}/v1/breakers", settings_.api_port), "--webhooks-listen",
                 address(settings_.app_port)});
  }

 private:
  static std::string address(std::uint16_t port) { return fmt::format("127.0.0.1:{}", port); }

  void start_child(std::unique_ptr<child_process>& child, std::string const& name,
                   std::vector<std::string> const& words) {
    auto const log = (files_.folder / (name + ".log")).string();
    fs::remove(log);
    child = std::make_unique<child_process>(name, words, log);
  }

  /// Until it accepts connections; a child that dies first is quoted.
  void wait_for(child_process& child, std::uint16_t port) {
    auto const patience = std::chrono::steady_clock::now() + 20s;
    for (;;) {
      asio::io_context io;
      asio::ip::tcp::socket probe(io);
      boost::system::error_code error;
      probe.connect({asio::ip::address_v4::loopback(), port}, error);
      if (!error) return;
      if (!child.running())
        throw std::runtime_error(fmt::format("`vendaval {}` ended at its start. Its last words ({}):\n{}", child.name(),
                                             child.log_file(), child.last_words()));
      if (interrupts::count() > 0) throw std::runtime_error("interrupted before the run began");
      if (std::chrono::steady_clock::now() > patience)
        throw std::runtime_error(
            fmt::format("`vendaval {}` does not listen on port {}; see {}", child.name(), port, child.log_file()));
      std::this_thread::sleep_for(20ms);  // waiting for another process: there is nothing to be woken by
    }
  }

  demo_settings const& settings_;
  demo_files const& files_;
  std::unique_ptr<child_process> bank_, up_, app_;
};

}  // namespace

int run_demo(demo_settings const& s) {
  interrupts guard;
  progress shown(look_at_terminal(STDERR_FILENO));
  check_ports(s);
  auto const files = prepare(s);
  run_request request{std::string(embedded::scenario_s1), "scenarios/s1-banco-fora.toml", s.institution, s.seed};
  if (!s.scenario_file.empty()) {
    auto text = read_file(s.scenario_file);
    if (!text) throw std::runtime_error(fmt::format("cannot read {}: {}", s.scenario_file, text.error()));
    request.scenario = std::move(*text);
    request.file = s.scenario_file;
  }

  sandbox::receiver slack({"127.0.0.1", s.receiver_port}, {}, [&shown](sandbox::received_message const& message) {
    shown.say("Slack ← " + headline(message.body));
  });
  slack.start();
  stage_set stage(s, files);
  shown.say("starting the sandbox bank (7 institutions), vendaval up and a simulated app, all on 127.0.0.1");
  stage.start();
  shown.say(fmt::format("proxy https://localhost:{}   API http://127.0.0.1:{}   metrics http://127.0.0.1:{}/metrics",
                        s.proxy_port, s.api_port, s.api_port));
  if (s.compress > 1)
    shown.say(
        fmt::format("compressed {0} times: phases, rule windows, time limits and the delays of this scenario's faults "
                    "are divided by {0}; the app is 20 times busier and the bank 20 times quicker",
                    s.compress));
  api_client api({.url = fmt::format("http://127.0.0.1:{}", s.api_port), .token_file = {}});
  return follow_run(api, request, shown, s.json);
}

}  // namespace vendaval::controller
