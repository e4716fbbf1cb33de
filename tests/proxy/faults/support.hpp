#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/faults/decide.hpp"

namespace vendaval::faults::test {

inline constexpr time_point start{1h};  // not zero: a forgotten initial value must not look like now

/// An API that has every error, and says which one it was asked for.
struct plain_shapes final : error_shapes {
  std::optional<plan::answer> error(std::string_view code, std::string_view request_id) const override {
    if (code == "no_such_error") return std::nullopt;
    return plan::answer{.status = 400,
                        .code = std::string(code),
                        .content_type = "application/json",
                        .body = std::string(request_id),
                        .headers = {}};
  }
};

inline armed_fault armed(std::uint64_t id, fault what, scope where = {.institutions = {"itau"}, .operations = {}}) {
  armed_fault fault{.id = id,
                    .label = "test/" + std::to_string(id),
                    .what = std::move(what),
                    .where = std::move(where),
                    .armed = start,
                    .expires = start + 1h,
                    .lease = 1h};
  if (remembers(fault.what)) fault.mine->seen = std::make_unique<first_seen>();
  return fault;
}
inline error answers(std::vector<std::string> codes, std::vector<percent> shares = {}) {
  return {.answers = std::move(codes), .shares = std::move(shares)};
}
inline fault down() { return answers({"institution_down"}); }
inline fault wait(duration d) { return latency{.delay = d}; }
inline scope sometimes(double probability) {
  return {.institutions = {"itau"}, .operations = {}, .probability = {probability}};
}

/// A request as the session would describe it; owns what request_facts only views.
struct request {
  std::vector<std::string> institutions{"itau"};
  operation what = operation::retrieve;
  std::string route = "/api/accounts/";
  std::uint64_t client = 1, connection = 0;
  bool parts = false, lists_banks = false;
  std::string method = "POST", target = "/api/accounts/?page=2", client_name = "belvo-js (0.28.0)";
  std::vector<framing::field> headers{};
  std::uint64_t link = 0, credential = 0;
  request_facts facts() const {
    return {institutions, what,   route,       client,      parts,   lists_banks, connection,
            method,       target, client_name, "127.0.0.1", headers, link,        credential};
  }
};

/// One data path: its counts, and an API behind it.
struct path {
  ordinals counts;
  plain_shapes shapes;
  plan decide(request const& r, armed_set const& set, time_point now = start) {
    return faults::decide(r.facts(), set, counts, shapes, now);
  }
};

inline std::string code_of(plan const& p) {
  auto const* answer = std::get_if<plan::answer>(&p.end);
  return answer ? answer->code : "";
}
inline bool forwards(plan const& p) { return std::holds_alternative<plan::forward>(p.end); }
inline bool same(plan const& a, plan const& b) {
  auto const* x = std::get_if<plan::answer>(&a.end);
  auto const* y = std::get_if<plan::answer>(&b.end);
  bool const answers = (!x && !y) || (x && y && x->code == y->code && x->body == y->body && x->status == y->status);
  return answers && a.hold == b.hold && a.fired == b.fired && a.end.index() == b.end.index() &&
         a.in_doubt == b.in_doubt;
}

}  // namespace vendaval::faults::test
