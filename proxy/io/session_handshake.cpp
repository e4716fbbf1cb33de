// A TLS handshake while a fault is armed that may meet it: it stops at the client's hello, which says for whom it is.
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <algorithm>

#include "base/institution.hpp"
#include "proxy/faults/decision.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

using faults::handshake_plan;
using ending = handshake_plan::ending;

int number_of(faults::tls_alert alert) {
  constexpr std::array<int, faults::tls_alert_names.size()> numbers{SSL_AD_HANDSHAKE_FAILURE, SSL_AD_INTERNAL_ERROR,
                                                                    SSL_AD_UNRECOGNIZED_NAME, SSL_AD_ACCESS_DENIED,
                                                                    SSL_AD_INSUFFICIENT_SECURITY};
  return numbers[static_cast<std::size_t>(alert)];
}

int number_of(faults::tls_version version) {
  return version == faults::tls_version::tls_1_0 ? TLS1_VERSION : TLS1_1_VERSION;
}

}  // namespace

/// The handshake as the armed faults want it. One that some fault had in reach is reported as an exchange of its own.
awaitable<error_code> session::suffer_handshake() {
  auto const terms = worker_.in_force();
  auto const hello = co_await client_.hear_hello(*terms->watched_tls);
  if (hello != asio::error::in_progress) co_return hello;
  exchange report;
  auto plan = aim_at_handshake(report);
  auto held = hold_end::over;
  if (plan.hold > 0ns) held = co_await hold_handshake(plan);
  if (held != hold_end::over) plan.end = ending::none, plan.certificate.reset(), plan.newest.reset();
  error_code error = asio::error::operation_aborted;
  if (held != hold_end::client_left) {
    spoil_handshake(plan, *terms);
    until(worker_.limits().handshake, side::client);
    error = co_await end_handshake(plan);
  }
  settle_handshake(std::move(report), plan, held, error);
  co_return error;
}

faults::handshake_plan session::aim_at_handshake(exchange& report) {
  auto const& name = client_.hello().asked_for();
  report.institution = no_institution;
  report.client = dice::key(peer_);
  report.request = worker_.next_request();
  report.arrived = worker_.now();
  faults::decision kept;
  auto plan = faults::decide_handshake({name, peer_, report.client}, worker_.armed(), worker_.shared().ordinals,
                                       report.arrived, &kept);
  if (plan.in_doubt) stumbled("a fault of the handshake could not be decided");
  if (kept.considered.empty()) return plan;
  report.decided = std::make_shared<faults::decision const>(std::move(kept));
  report.touched_by = plan.fired;
  try {
    auto const behind = worker_.dialect().read({.method = "CONNECT", .target = "/", .host = name, .body = {}});
    if (!name.empty() && behind.institutions.size() == 1 && behind.institutions.front() != unknown_institution)
      report.institution = behind.institutions.front();
  } catch (std::exception const& e) {
    stumbled(e.what());
  }
  return plan;
}

/// A lease that is renewed meanwhile goes on holding; one that ends, or a fault that is cleared, lets the handshake go
/// on clean at once.
awaitable<session::hold_end> session::hold_handshake(faults::handshake_plan const& plan) {
  auto const end = plan.hold == faults::until_lifted ? time_point::max() : worker_.now() + plan.hold;
  auto const listen = [this](auto const& again) -> void {
    client_.when_readable([this, again] {
      client_left_ = client_.gone();
      if (client_left_)
        hold_.cancel();
      else if (greeting_ != 0)
        again(again);
    });
  };
  no_deadline();
  greeting_ = worker_.next_request();
  listen(listen);
  auto result = hold_end::client_left;
  while (!client_left_) {
    auto const now = worker_.now();
    auto const lease = faults::lease_of(plan.fired, worker_.armed(), now);
    result = lease ? hold_end::over : hold_end::lifted;
    if (!lease || now >= end) break;
    result = hold_end::client_left;
    hold_.expires_at(std::min(end, *lease));
    co_await hold_.async_wait(no_throw);
  }
  greeting_ = 0;
  client_.stop_waiting();
  co_return result;
}

/// What there is no certificate for is left alone, and counted (S24).
void session::spoil_handshake(faults::handshake_plan& plan, terms const& in_force) {
  auto& hello = client_.hello();
  if (plan.end == ending::alert) hello.refuse(number_of(plan.alert));
  if (plan.end != ending::none) return;
  if (plan.newest) hello.speak_at_most(number_of(*plan.newest));
  if (plan.certificate && !in_force.flawed->show(hello.native(), hello.asked_for(), *plan.certificate)) {
    plan.certificate.reset();
    stumbled("there is no certificate with this flaw: [proxy] fault_ca is not configured");
  }
}

awaitable<error_code> session::end_handshake(faults::handshake_plan const& plan) {
  if (plan.end == ending::close) client_.shut();
  if (plan.end == ending::reset) client_.reset();
  if (plan.end == ending::close || plan.end == ending::reset) co_return asio::error::connection_aborted;
  auto const error = co_await client_.answer_hello();
  co_return error;
}

/// A client that puts up with what it met is not counted as a call that went well, nor as one that did not.
void session::settle_handshake(exchange report, faults::handshake_plan const& plan, hold_end held, error_code error) {
  if (!report.decided) return;
  report.ended = worker_.now();
  report.counts = weight::neither;
  if (error && !plan.untouched()) {
    report.result = held == hold_end::client_left ? outcome::client_gave_up : outcome::network;
    report.counts = worker_.dialect().weigh(report.result, 0);
    report.injected = true;
  }
  worker_.report(std::move(report));
}

}  // namespace vendaval::io
