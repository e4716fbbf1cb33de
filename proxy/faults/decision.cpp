#include "proxy/faults/decision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proxy/faults/decide_handshake.hpp"
#include "proxy/faults/decide_webhook.hpp"

namespace vendaval::faults {
namespace {

std::string labels(std::span<std::uint64_t const> ids, armed_set const& armed) {
  std::string result;
  for (auto const id : ids) {
    auto const one = std::ranges::find(armed.faults, id, &armed_fault::id);
    result += fmt::format("{}{}", result.empty() ? "" : ", ", one == armed.faults.end() ? "?" : one->label);
  }
  return result;
}

std::string held(duration d) { return d == until_lifted ? "until lifted" : show(d); }

std::string_view word(delivery::goodbye how) {
  constexpr std::array<std::string_view, 4> words{"polite", "bare", "reset", "stall"};
  return words[static_cast<std::size_t>(how)];
}

struct ending_in_words {
  std::string operator()(plan::forward) const { return "forward"; }
  std::string operator()(plan::answer const& a) const {
    auto key = dice::key(a.body) ^ dice::mix(dice::key(a.content_type));
    for (auto const& h : a.headers) key = dice::mix(key ^ dice::key(h.name)) ^ dice::key(h.value);
    return fmt::format("answer {} {} #{:016x}", a.status, a.code, key);
  }
  std::string operator()(plan::refuse) const { return "refuse"; }
  std::string operator()(plan::reset) const { return "reset"; }
  std::string operator()(plan::bare_close) const { return "bare close"; }
  std::string operator()(plan::vanish) const { return "vanish"; }
};

std::string describe(delivery const& d) {
  std::string text;
  if (d.bytes_per_second != 0) text += fmt::format("; {} bytes/s", d.bytes_per_second);
  if (d.per_piece != duration{}) text += fmt::format("; {} before each piece", show(d.per_piece));
  if (d.slices)
    text += fmt::format("; pieces of {}±{} every {} #{:x}", d.slices->size, d.slices->spread, show(d.slices->gap),
                        d.slices->key);
  if (d.over) text += fmt::format("; over {}", show(*d.over));
  if (d.cut) text += fmt::format("; cut after {}, {}", d.cut->after, word(d.cut->how));
  if (d.spoil) text += fmt::format("; spoilt {} #{:x}", d.spoil->share, d.spoil->key);
  if (d.close_after) text += fmt::format("; close after, {}", word(d.close_how));
  return text;
}

}  // namespace

std::string describe(plan const& p, armed_set const& armed) {
  if (p.in_doubt) return "in doubt: untouched";
  ending_in_words const words;
  std::string text = std::visit(words, p.end);
  if (p.hold != 0ns) text += fmt::format("; held {}", held(p.hold));
  if (p.back.hold != 0ns) text += fmt::format("; answer held {}", held(p.back.hold));
  if (!std::holds_alternative<plan::forward>(p.back.end)) text += "; then " + std::visit(words, p.back.end);
  for (auto const& wish : p.leave_out) text += fmt::format("; without {}", wish.institution);
  for (auto const& wish : p.relisted) text += fmt::format("; {} listed as {}", wish.institution, wish.status);
  for (auto const& e : p.edits)
    text += fmt::format("; {} of {}", json_edit::words[static_cast<std::size_t>(e.change)], e.pointer);
  text += describe(p.bytes);
  if (p.lifetime) text += fmt::format("; connection lives {}", show(*p.lifetime));
  if (!p.fired.empty()) text += fmt::format("; by {}", labels(p.fired, armed));
  return text;
}

std::string describe(handshake_plan const& p, armed_set const& armed) {
  if (p.in_doubt) return "in doubt: untouched";
  constexpr std::array<std::string_view, 4> endings{"goes on", "alert", "close", "reset"};
  std::string text(endings[static_cast<std::size_t>(p.end)]);
  if (p.end == handshake_plan::ending::alert)
    text += fmt::format(" {}", tls_alert_names[static_cast<std::size_t>(p.alert)]);
  if (p.hold != 0ns) text += fmt::format("; held {}", held(p.hold));
  if (p.certificate)
    text += fmt::format("; certificate {}", certificate_flaw_names[static_cast<std::size_t>(*p.certificate)]);
  if (p.newest) text += fmt::format("; TLS {} at most", tls_version_names[static_cast<std::size_t>(*p.newest)]);
  if (!p.fired.empty()) text += fmt::format("; by {}", labels(p.fired, armed));
  return text;
}

std::string describe(webhook_plan const& p, armed_set const& armed) {
  if (p.in_doubt) return "in doubt: untouched";
  std::string text = p.drop ? "dropped" : "passed on";
  if (p.hold != 0ns) text += fmt::format("; held {}", held(p.hold));
  if (p.copies > 0) text += fmt::format("; {} more", p.copies);
  if (!p.fired.empty()) text += fmt::format("; by {}", labels(p.fired, armed));
  return text;
}

std::string canonical(decision const& d) {
  return fmt::format("{:016x} {} {} [{}] #{:06}: {}", d.client, d.method, d.route, fmt::join(d.institutions, ","),
                     d.ordinal, d.made);
}

namespace {

/// Those of the armed faults that the decision considered, each once.
armed_set considered(decision const& kept, armed_set const& armed, ordinals& counts) {
  armed_set in_reach{.seed = armed.seed, .epoch = armed.epoch, .calendar = armed.calendar};
  for (auto const& one : kept.considered) {
    auto const fault = std::ranges::find(armed.faults, one.fault, &armed_fault::id);
    bool const twice = std::ranges::find(in_reach.faults, one.fault, &armed_fault::id) != in_reach.faults.end();
    if (fault == armed.faults.end() || twice) continue;
    auto& again = in_reach.faults.emplace_back(*fault);
    // It was in reach; what its matcher looked at (paths, headers, addresses) was not written down.
    again.where.methods.clear(), again.where.paths.clear(), again.where.clients.clear(), again.where.headers.clear();
    if (auto* const kind = std::get_if<webhook>(&again.what)) kind->events.clear();
    if (!again.where.server_names.empty()) again.where.server_names = {"*"};
    counts.set(kept.client ^ key_of(*fault), turns_of_course, one.turn);
  }
  return in_reach;
}

}  // namespace

std::string decide_again(decision const& kept, armed_set const& armed, ordinals& counts, error_shapes const& shapes) {
  auto const in_reach = considered(kept, armed, counts);
  counts.set(kept.client, kept.route, kept.ordinal);
  if (kept.about == decision::subject_of::handshake)
    return describe(decide_handshake({.client = kept.client}, in_reach, counts, kept.at), armed);
  if (kept.about == decision::subject_of::webhook)
    return describe(decide_webhook({kept.institutions, {}, {}, kept.subject}, in_reach, counts, kept.at), armed);
  request_facts facts;
  facts.institutions = kept.institutions;
  facts.what = kept.what;
  facts.route = kept.route;
  facts.client = kept.client;
  facts.parts = kept.parts;
  facts.lists_banks = kept.lists_banks;
  facts.connection = kept.connection;
  facts.method = kept.method;
  facts.subject = kept.subject;
  facts.credential = kept.credential;
  return describe(decide(facts, in_reach, counts, shapes, kept.at), armed);
}

}  // namespace vendaval::faults
