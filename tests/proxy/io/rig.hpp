#pragma once
#include <gmock/gmock.h>

#include <algorithm>
#include <latch>

#include "base/io/certificates.hpp"
#include "proxy/dialects/table.hpp"
#include "proxy/io/gateway.hpp"
#include "tests/proxy/io/wire.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::test {

inline std::string get(std::string const& target, std::string const& lines = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
}
inline std::string post(std::string const& target, std::string const& body, std::string const& lines = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + lines + "\r\n" + body;
}

/// A bank, the proxy before it and clients before that, all over TLS with one CA. Banks are told apart by the first
/// word of the path.
class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    ca = ensure_local_ca(folder.path());
    proxy_identity = ensure_leaf(ca, folder.path(), "proxy", {"localhost", "127.0.0.1"});
    bank_identity = ensure_leaf(ca, folder.path(), "bank", {"bank.test"});
    settings.listen = {"127.0.0.1", 0};
    settings.tls = proxy_identity;
    settings.threads = 2;
    settings.allowed_hosts = {"127.0.0.1"};
    settings.upstream.ca_file = ca.certificate;
    settings.upstream.server_name = "bank.test";
    dialects::dialect_settings plain;
    plain.places = {{"itau", "", "/itau/"}, {"bb", "", "/bb/"}};
    settings.make_dialect = [plain] { return dialects::make_dialect("plain", plain); };
  }
  ~GatewayTest() override { proxy.reset(); }

  void start(bank::script answers) { start(std::move(answers), bank_identity); }
  void start(bank::script answers, std::optional<tls_identity> identity, wire::tuning const& tune = {}) {
    upstream = std::make_unique<bank>(std::move(identity), std::move(answers), tune);
    start_before(upstream->port());
  }
  void start_before(std::uint16_t bank_port, std::string const& scheme = "https") {
    settings.upstream.url = scheme + "://127.0.0.1:" + std::to_string(bank_port);
    proxy = std::make_unique<gateway>(settings);
    proxy->start();
  }
  /// A bank that answers every request with its target.
  void start_echo() {
    start([](wire& to, message request) { to.say(answer("\"" + request.target() + "\"")); });
  }

  std::unique_ptr<wire> tcp_client() { return tcp_client(proxy->port()); }
  std::unique_ptr<wire> tcp_client(std::uint16_t port) {
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), port});
    return std::make_unique<wire>(std::move(socket));
  }
  std::unique_ptr<wire> client() {
    auto one = tcp_client();
    one->connect_tls(ca.certificate, "localhost");
    return one;
  }
  message ask(std::string const& request) {
    auto const one = client();
    one->say(request);
    return hear_message(*one);
  }

  /// Takes the place of whatever was armed. Leases last a minute unless said.
  void arm(std::vector<faults::fault> faults, std::string const& institution = "itau", duration lease = 60s) {
    std::vector<faults::armed_fault> all;
    for (auto& what : faults) all.emplace_back().what = std::move(what);
    arm_as(std::move(all), institution, lease);
  }
  /// The same for faults that already say how they act.
  void arm_as(std::vector<faults::armed_fault> all, std::string const& institution = "itau", duration lease = 60s) {
    auto set = std::make_shared<faults::armed_set>();
    set->epoch = ++epoch;
    set->seed = 1;
    set->faults = std::move(all);
    for (auto& one : set->faults) {
      one.id = ++fault_id;
      one.label = "drill/fault-" + std::to_string(fault_id);
      one.where.institutions = {institution};
      one.armed = std::chrono::steady_clock::now();
      one.expires = one.armed + lease;
      if (faults::remembers(one.what)) one.mine->seen = std::make_unique<faults::first_seen>();
    }
    proxy->publish(set);
  }
  void kill() { arm({}); }

  /// Waits until this many exchanges have been reported, and a little longer for one too many.
  std::vector<exchange> reports(std::size_t count) {
    auto const give_up = std::chrono::steady_clock::now() + 10s;
    while (reported.size() < count && std::chrono::steady_clock::now() < give_up) {
      collect();
      if (reported.size() < count) std::this_thread::sleep_for(1ms);
    }
    proxy->stop();
    collect();
    std::ranges::sort(reported, {}, &exchange::arrived);
    return reported;
  }
  void collect() {
    auto more = proxy->drain();
    std::ranges::move(more, std::back_inserter(reported));
  }
  /// Looks until `holds` is true of the requests under way; false when it never is.
  template <class Holds>
  bool seen_in_flight(Holds holds) {
    auto const give_up = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < give_up) {
      if (holds(proxy->flights())) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }
  bool held_in_flight(std::size_t count) {
    return seen_in_flight([count](std::vector<flight> const& all) {
      return static_cast<std::size_t>(std::ranges::count(all, true, &flight::held)) == count;
    });
  }

  static faults::fault latency(duration delay) {
    faults::latency f;
    f.delay = delay;
    return f;
  }
  static faults::fault connection(faults::connection::way mode) { return faults::connection{mode}; }
  static faults::fault failing(std::string code) {
    faults::error f;
    f.answers = {std::move(code)};
    return f;
  }

  temporary_folder folder;
  asio::io_context io;
  local_ca ca;
  tls_identity proxy_identity, bank_identity;
  gateway_settings settings;
  std::unique_ptr<bank> upstream;
  std::unique_ptr<gateway> proxy;
  std::vector<exchange> reported;
  std::uint64_t epoch = 0, fault_id = 0;
};

}  // namespace vendaval::test
