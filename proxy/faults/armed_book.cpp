#include "proxy/faults/armed_book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/dice.hpp"
#include "base/institution.hpp"

namespace vendaval::faults {
namespace {

using why = refusal::reason;

std::unexpected<refusal> refuse(why reason, std::string sentence) {
  return std::unexpected(refusal{reason, std::move(sentence)});
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

/// Banks that there are; for a fault of the handshake, which is before any bank is known, names to be asked for.
bool has_scope(fault_template const& what) {
  auto const& where = what.where;
  if (about_handshakes(what.what)) return !where.server_names.empty() && where.institutions.empty();
  return !where.institutions.empty() && std::ranges::none_of(where.institutions, [](std::string const& bank) {
    return bank.empty() || bank == no_institution || bank == unknown_institution;
  });
}

/// Keys the dice by what the fault is called, so that the same scenario with the same seed rolls the same in every run;
/// its namesakes armed beside it get keys of their own.
std::uint64_t roll_key(std::string_view label, std::vector<armed_fault> const& beside) {
  auto key = dice::mix(dice::key(label) | 1);
  while (std::ranges::find(beside, key, &armed_fault::roll) != beside.end()) key = dice::mix(key + 1);
  return key;
}

}  // namespace

armed_book::armed_book(arming_limits limits, std::uint64_t seed, std::uint64_t first_id, timeline calendar)
    : limits_(limits), next_id_(std::max<std::uint64_t>(first_id, 1)) {
  auto empty = std::make_shared<armed_set>();
  empty->seed = seed;
  empty->epoch = 1;
  empty->calendar = calendar;
  now_armed_ = std::move(empty);
}

std::expected<std::uint64_t, refusal> armed_book::arm(fault_template what, duration lease, time_point now) {
  if (killed_)
    return refuse(why::killed, fmt::format("nothing can be armed since the kill switch was pulled ({}); "
                                           "release it first, with a reason",
                                           *killed_));
  if (!has_scope(what))
    return refuse(why::no_scope,
                  about_handshakes(what.what)
                      ? fmt::format("fault \"{}\" is decided before a bank is known; say which server_names it may "
                                    "touch, and no institution",
                                    what.label)
                      : fmt::format("fault \"{}\" names no institution; say which banks it may touch", what.label));
  if (lease <= 0ns)
    return refuse(why::no_lease,
                  fmt::format("fault \"{}\" has no lease; say how long it may last without being renewed", what.label));
  if (lease > limits_.longest_lease)
    return refuse(why::lease_too_long,
                  fmt::format("fault \"{}\" asks for a lease of {}, the longest is {}; ask for less and renew it",
                              what.label, for_people(lease), for_people(limits_.longest_lease)));
  if (auto const why_not = denied(now, now)) return refuse(why::denied, *why_not);
  auto faults = now_armed_->faults;
  std::erase_if(faults, [&](armed_fault const& fault) { return fault.expires <= now; });
  if (faults.size() >= limits_.max_armed_faults)
    return refuse(
        why::too_many,
        fmt::format("{} faults are armed, which is the limit (max_armed_faults); clear one first", faults.size()));
  auto all = now_armed_->faults;  // with those that expire() has yet to report
  auto const roll = roll_key(what.label, all);
  all.push_back({.id = next_id_,
                 .label = std::move(what.label),
                 .what = std::move(what.what),
                 .where = std::move(what.where),
                 .when = what.when,
                 .over_time = what.over_time,
                 .armed = now,
                 .expires = end_of_lease(now, lease),
                 .lease = lease,
                 .roll = roll});
  auto& armed = all.back();
  if (remembers(armed.what)) armed.mine->seen = std::make_unique<first_seen>();
  publish(std::move(all));
  return next_id_++;
}

std::expected<time_point, refusal> armed_book::renew(std::uint64_t id, time_point now) {
  if (killed_)
    return refuse(why::killed, fmt::format("fault {} ended when the kill switch was pulled ({})", id, *killed_));
  auto faults = now_armed_->faults;
  auto const found = std::ranges::find(faults, id, &armed_fault::id);
  if (found == faults.end()) return refuse(why::not_armed, fmt::format("fault {} is not armed; arm it anew", id));
  if (found->expires <= now)
    return refuse(why::not_armed, fmt::format("the lease of fault {} (\"{}\") is over; arm it anew", id, found->label));
  found->expires = std::max(found->expires, end_of_lease(now, found->lease));
  auto const result = found->expires;
  publish(std::move(faults));
  return result;
}

std::optional<std::string> armed_book::denied(time_point now, time_point until) const {
  auto const& calendar = now_armed_->calendar;
  auto const at = calendar.at(now);
  if (auto why_not = why_denied(limits_.deny, at)) return why_not;
  auto const next = next_denial(limits_.deny, at, calendar.at(until));
  if (!next) return std::nullopt;
  auto const then = denied_at(limits_.deny, next->at);
  return fmt::format("the deny window \"{}\" opens in {} and lasts until {}", next->window,
                     for_people(calendar.at(next->at) - now), then->until_text);
}

time_point armed_book::end_of_lease(time_point now, duration lease) const {
  auto const& calendar = now_armed_->calendar;
  auto const next = next_denial(limits_.deny, calendar.at(now), calendar.at(now + lease));
  return next ? calendar.at(next->at) : now + lease;
}

std::vector<ended_fault> armed_book::clear(std::uint64_t id, time_point now) {
  return end_where([id](armed_fault const& fault) { return fault.id == id; }, ended_fault::cause::cleared, now);
}

std::vector<ended_fault> armed_book::clear_all(time_point now) {
  return end_where([](armed_fault const&) { return true; }, ended_fault::cause::cleared, now);
}

std::vector<ended_fault> armed_book::expire(time_point now) {
  return end_where([now](armed_fault const& fault) { return fault.expires <= now; }, ended_fault::cause::expired, now);
}

std::vector<ended_fault> armed_book::kill(std::string reason, time_point now) {
  killed_ = blank(reason) ? "no reason given" : std::move(reason);
  auto ended = end_where([](armed_fault const&) { return true; }, ended_fault::cause::killed, now);
  if (ended.empty()) publish({});  // a new epoch all the same: whatever snapshot is on its way is void
  return ended;
}

std::expected<void, refusal> armed_book::release(std::string_view reason) {
  if (blank(reason)) return refuse(why::no_reason, "to arm faults again, say why the kill switch may be released");
  killed_.reset();
  return {};
}

void armed_book::reseed(std::uint64_t seed) {
  auto next = std::make_shared<armed_set>(*now_armed_);
  next->seed = seed;
  ++next->epoch;
  now_armed_ = std::move(next);
}

void armed_book::publish(std::vector<armed_fault> faults) {
  auto next = std::make_shared<armed_set>();
  next->faults = std::move(faults);
  next->seed = now_armed_->seed;
  next->epoch = now_armed_->epoch + 1;
  next->calendar = now_armed_->calendar;
  now_armed_ = std::move(next);
}

/// Takes out what is `chosen`. One whose lease was over before says so, whoever asked for its end.
std::vector<ended_fault> armed_book::end_where(auto const& chosen, ended_fault::cause cause, time_point now) {
  std::vector<ended_fault> ended;
  std::vector<armed_fault> left;
  for (auto const& fault : now_armed_->faults) {
    if (!chosen(fault))
      left.push_back(fault);
    else if (fault.expires <= now)
      ended.push_back({fault.id, fault.label,
                       denied_at(limits_.deny, now_armed_->calendar.at(fault.expires)) ? ended_fault::cause::denied
                                                                                       : ended_fault::cause::expired,
                       fault.expires});
    else
      ended.push_back({fault.id, fault.label, cause, now});
  }
  if (!ended.empty()) publish(std::move(left));
  return ended;
}

}  // namespace vendaval::faults
