#include "proxy/faults/decide.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/institution.hpp"

namespace vendaval::faults {
namespace {

bool in_scope(scope const& where, request_facts const& request) {
  if (!where.operations.empty() && std::ranges::find(where.operations, request.what) == where.operations.end())
    return false;
  return std::ranges::all_of(request.institutions, [&](std::string const& bank) {
    return std::ranges::find(where.institutions, bank) != where.institutions.end();
  });
}

/// Does the request concern banks, and only banks that are known?
bool names_banks(request_facts const& request) {
  return !request.institutions.empty() && std::ranges::none_of(request.institutions, [](std::string const& bank) {
    return bank == no_institution || bank == unknown_institution;
  });
}

std::vector<armed_fault const*> in_reach(request_facts const& request, armed_set const& armed, time_point now) {
  std::vector<armed_fault const*> result;
  for (auto const& fault : armed.faults)
    if (blows(fault, now) && in_scope(fault.where, request)) result.push_back(&fault);
  std::ranges::sort(result, {}, &armed_fault::id);
  return result;
}

bool needs_dice(armed_fault const& fault) {
  return fault.where.probability.value < 100 || std::visit([](auto const& kind) { return kind.random(); }, fault.what);
}

bool touch(armed_fault const& fault, plan& p, dice& roll, error_shapes const& shapes, time_point now) {
  auto const probability = fault.where.probability;
  if (probability.value < 100 && !roll.chance(probability.share())) return false;
  shaping_context context{roll, now, shapes, *fault.bucket};
  return std::visit([&](auto const& kind) { return kind.shape(p, context); }, fault.what);
}

bool would_end(armed_fault const& fault) {
  return std::visit([](auto const& kind) { return kind.ends; }, fault.what);
}

plan shape_all(std::span<armed_fault const* const> faults, std::uint64_t seed, request_facts const& request,
               std::uint64_t ordinal, error_shapes const& shapes, time_point now) {
  plan result;
  auto const route = dice::key(request.route);
  for (auto const* fault : faults) {
    bool const ended = !std::holds_alternative<plan::forward>(result.end);
    if (ended && would_end(*fault)) continue;
    dice roll(seed, fault->roll ? fault->roll : fault->id, request.client, route, ordinal);
    if (touch(*fault, result, roll, shapes, now)) result.fired.push_back(fault->id);
  }
  return result;
}

/// What faults make of a list that holds items of several banks: those out of reach are served, the others left out.
plan shape_parts(armed_set const& armed, request_facts const& request, ordinals& counts, error_shapes const& shapes,
                 time_point now) {
  plan result;
  std::optional<std::uint64_t> ordinal;
  for (auto const& bank : request.institutions) {
    auto alone = request;
    alone.institutions = {&bank, 1};
    auto faults = in_reach(alone, armed, now);
    std::erase_if(faults, [](auto const* fault) { return !would_end(*fault); });
    if (faults.empty()) continue;
    if (!ordinal) ordinal = counts.next(request.client, request.route);
    auto const fate = shape_all(faults, armed.seed, alone, *ordinal, shapes, now);
    if (!std::holds_alternative<plan::forward>(fate.end)) result.leave_out.push_back({bank, fate.fired.back()});
  }
  return result;
}

}  // namespace

std::uint64_t ordinals::next(std::uint64_t client, std::string_view route) {
  auto const slot = dice::mix(client ^ dice::key(route)) % size;
  return slots_[slot].fetch_add(1, std::memory_order_relaxed);
}

void ordinals::reset() {
  for (std::size_t i = 0; i < size; ++i) slots_[i].store(0, std::memory_order_relaxed);
}

bool blows(armed_fault const& fault, time_point now) {
  if (now < fault.armed || now >= fault.expires) return false;
  if (!fault.wave) return true;
  auto const round = fault.wave->on + fault.wave->off;
  return round <= 0ns || (now - fault.armed) % round < fault.wave->on;
}

plan decide(request_facts const& request, armed_set const& armed, ordinals& counts, error_shapes const& shapes,
            time_point now) noexcept {
  if (armed.faults.empty()) return {};
  try {
    if (!names_banks(request)) return {};
    auto const faults = in_reach(request, armed, now);
    if (faults.empty() && request.parts) return shape_parts(armed, request, counts, shapes, now);
    if (faults.empty()) return {};
    bool const rolled = std::ranges::any_of(faults, [](auto const* fault) { return needs_dice(*fault); });
    auto const ordinal = rolled ? counts.next(request.client, request.route) : 0;
    return shape_all(faults, armed.seed, request, ordinal, shapes, now);
  } catch (...) {
    plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
