// What the armed faults are told of a request, and what they make of it.
#include "base/dice.hpp"
#include "proxy/faults/decision.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {

/// See exchange::write. A body that was not held is unknown, and so is whether a later one is the same.
std::uint64_t session::write_of_turn() const {
  auto const& head = turn_.head;
  bool const writes = head.method == "POST" || head.method == "PATCH";
  bool const known = turn_.held_whole || head.body.kind == framing::body_kind::none ||
                     (head.body.kind == framing::body_kind::length && head.body.length == 0);
  if (!writes || !known || !framing::value_of(head.fields, "Idempotency-Key").empty()) return 0;
  auto const where = dice::mix(dice::key(head.method) ^ dice::mix(dice::key(head.target)));
  return dice::mix(where ^ dice::key(turn_.content) ^ worker_.shared().secret) | 1;
}

/// What the armed faults make of the request. In doubt it passes through (S24).
void session::aim() {
  auto& t = turn_;
  auto& common = worker_.shared();
  t.report.write = write_of_turn();
  common.requests.fetch_add(1, std::memory_order_relaxed);
  if (worker_.armed().faults.empty()) return;
  try {
    faults::decision kept;
    t.plan = faults::decide(facts(), worker_.armed(), common.ordinals, worker_.dialect(), worker_.now(), &kept);
    if (!kept.considered.empty()) t.report.decided = std::make_shared<faults::decision const>(std::move(kept));
  } catch (std::exception const& e) {
    t.plan = {};
    stumbled(e.what());
  }
  if (t.plan.in_doubt) stumbled("a fault could not be decided");
  if (!t.plan.untouched() && !(t.under_fault = common.active.enter())) {
    t.plan = {};
    t.report.decided = nullptr;
  }
  t.report.touched_by = t.plan.fired;
  limit_life();
}

faults::request_facts session::facts() {
  auto const& t = turn_;
  if (nth_ == no_number) nth_ = worker_.shared().ordinals.next(t.report.client, "connections");
  faults::request_facts f;
  f.institutions = t.target.institutions;
  f.what = t.target.what;
  f.route = t.target.route;
  f.client = t.report.client;
  f.parts = t.target.parts;
  f.lists_banks = t.target.lists_banks;
  f.connection = nth_;
  f.method = t.head.method;
  f.target = t.head.target;
  f.client_name = framing::value_of(t.head.fields, "User-Agent");
  f.client_address = peer_;
  f.headers = t.head.fields;
  f.subject = t.target.link.empty() ? 0 : dice::key(t.target.link) | 1;
  auto const authorization = framing::value_of(t.head.fields, "Authorization");
  if (!authorization.empty()) f.credential = dice::mix(dice::key(authorization) ^ worker_.shared().secret) | 1;
  return f;
}

}  // namespace vendaval::io
