#include "proxy/faults/decide.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "proxy/faults/chance.hpp"
#include "proxy/faults/decision.hpp"

namespace vendaval::faults {
namespace {

/// What acts before the upstream goes first; among equals the older fault.
bool comes_first(armed_fault const* a, armed_fault const* b) {
  auto const place = [](armed_fault const& f) {
    return reach_of(f.what) == reach::answer || f.when == side_of_upstream::after_upstream;
  };
  return std::pair(place(*a), a->id) < std::pair(place(*b), b->id);
}

std::vector<armed_fault const*> in_reach(request_facts const& request, armed_set const& armed, time_point now) {
  std::vector<armed_fault const*> result;
  for (auto const& fault : armed.faults)
    if (about_requests(fault.what) && !in_lists(fault.what) && blows(fault, now) && covers(fault.where, request))
      result.push_back(&fault);
  std::ranges::sort(result, comes_first);
  return result;
}

template <class Kind>
concept shapes_requests = requires(Kind const& kind, plan& p, shaping_context& context) { kind.shape(p, context); };

/// What a kind says of itself, if it is one for requests; else no.
bool of_request_kind(fault const& what, auto&& ask) {
  return std::visit(
      [&ask]<class Kind>(Kind const& kind) {
        if constexpr (shapes_requests<Kind>)
          return ask(kind);
        else
          return false;
      },
      what);
}

bool needs_dice(armed_fault const& fault) {
  return left_to_chance(fault) || of_request_kind(fault.what, [](auto const& kind) { return kind.random(); });
}

bool would_end(armed_fault const& fault) {
  return of_request_kind(fault.what, [](auto const& kind) { return kind.ends(); });
}

/// One decision in the making.
struct deciding {
  request_facts const& request;
  armed_set const& armed;
  ordinals& counts;
  error_shapes const& shapes;
  time_point now;
  std::uint64_t ordinal;
  decision* kept;
  plan result{};

  void consider(armed_fault const& fault) {
    if (kept) kept->considered.push_back({.fault = fault.id});
    bool const back = fault.when == side_of_upstream::after_upstream;
    bool const ended = !std::holds_alternative<plan::forward>(result.end);
    auto const& leg = back ? result.back.end : result.end;
    if (back && ended) return;  // the upstream will not be asked
    if (would_end(fault) && !std::holds_alternative<plan::forward>(leg)) return;
    if (!chosen(fault)) return;
    if (!touch(fault, back)) return;
    result.fired.push_back(fault.id);
    if (kept) kept->considered.back().touched = true;
  }

 private:
  dice_key key() const { return {request.client, request.connection, request.subject, request.route, ordinal}; }

  bool chosen(armed_fault const& fault) {
    std::uint64_t turn = 0;
    bool const struck = strikes(fault, armed.seed, key(), counts, now, turn);
    if (kept) kept->considered.back().turn = turn;
    return struck;
  }

  bool touch(armed_fault const& fault, bool back) {
    auto roll = roll_of(fault, armed.seed, key());
    shaping_context context{roll, now, shapes, *fault.mine, request, fault.armed, armed.calendar};
    auto changed = result;
    if (back) std::swap(changed.hold, changed.back.hold), std::swap(changed.end, changed.back.end);
    bool const touched = of_request_kind(fault.what, [&](auto const& kind) { return kind.shape(changed, context); });
    if (!touched || !under_cap(fault, now)) return false;
    if (back) std::swap(changed.hold, changed.back.hold), std::swap(changed.end, changed.back.end);
    result = std::move(changed);
    return true;
  }
};

/// What faults make of a list that holds items of several banks: those out of reach are served, the others left out.
plan shape_parts(deciding const& whole) {
  plan result;
  std::optional<std::uint64_t> ordinal;
  for (auto const& bank : whole.request.institutions) {
    auto alone = whole.request;
    alone.institutions = {&bank, 1};
    auto faults = in_reach(alone, whole.armed, whole.now);
    std::erase_if(faults, [](auto const* fault) { return !would_end(*fault); });
    if (faults.empty()) continue;
    if (!ordinal) ordinal = whole.counts.next(alone.client, alone.route);
    if (whole.kept) whole.kept->ordinal = *ordinal;
    deciding making{alone, whole.armed, whole.counts, whole.shapes, whole.now, *ordinal, whole.kept};
    for (auto const* fault : faults) making.consider(*fault);
    if (!std::holds_alternative<plan::forward>(making.result.end))
      result.leave_out.push_back({bank, making.result.fired.back()});
  }
  return result;
}

/// What faults make a list of banks say of the banks that they name. The list itself is about no bank.
void relist(deciding& whole) {
  for (auto const& fault : whole.armed.faults) {
    auto about = whole.request;
    about.institutions = fault.where.institutions;
    if (!in_lists(fault.what) || !blows(fault, whole.now) || !covers(fault.where, about)) continue;
    deciding making{about, whole.armed, whole.counts, whole.shapes, whole.now, whole.ordinal, whole.kept};
    making.consider(fault);
    for (auto& bank : making.result.relisted) {
      bank.fault = fault.id;
      whole.result.relisted.push_back(std::move(bank));
    }
  }
}

void write_down(decision& kept, request_facts const& request, armed_set const& armed, time_point now) {
  kept.epoch = armed.epoch;
  kept.at = now;
  kept.client = request.client;
  kept.connection = request.connection;
  kept.subject = request.subject;
  kept.credential = request.credential;
  kept.institutions.assign(request.institutions.begin(), request.institutions.end());
  kept.what = request.what;
  kept.method = request.method;
  kept.route = request.route;
  kept.parts = request.parts;
  kept.lists_banks = request.lists_banks;
}

}  // namespace

std::uint64_t ordinals::next(std::uint64_t client, std::string_view route) {
  auto const slot = dice::mix(client ^ dice::key(route)) % size;
  return slots_[slot].fetch_add(1, std::memory_order_relaxed);
}

void ordinals::set(std::uint64_t client, std::string_view route, std::uint64_t n) {
  slots_[dice::mix(client ^ dice::key(route)) % size].store(n, std::memory_order_relaxed);
}

void ordinals::reset() {
  for (std::size_t i = 0; i < size; ++i) slots_[i].store(0, std::memory_order_relaxed);
}

bool blows(armed_fault const& fault, time_point now) {
  return now >= fault.armed && now < fault.expires && strength(fault.over_time, now - fault.armed) > 0;
}

armed_fault const* find(armed_set const& armed, std::uint64_t id) {
  auto const at = std::ranges::find(armed.faults, id, &armed_fault::id);
  return at == armed.faults.end() ? nullptr : &*at;
}

std::optional<time_point> lease_of(std::span<std::uint64_t const> ids, armed_set const& armed, time_point now) {
  auto end = time_point::max();
  for (auto const id : ids) {
    auto const* const fault = find(armed, id);
    if (!fault || now >= fault->expires) return std::nullopt;
    end = std::min(end, fault->expires);
  }
  return end;
}

plan decide(request_facts const& request, armed_set const& armed, ordinals& counts, error_shapes const& shapes,
            time_point now, decision* kept) noexcept {
  if (armed.faults.empty()) return {};
  try {
    auto const faults = in_reach(request, armed, now);
    bool const parts = faults.empty() && request.parts && known_banks(request.institutions);
    bool const lists = request.lists_banks && std::ranges::any_of(armed.faults, in_lists, &armed_fault::what);
    if (faults.empty() && !parts && !lists) return {};
    if (kept) write_down(*kept, request, armed, now);
    deciding making{request, armed, counts, shapes, now, 0, kept};
    if (parts) {
      making.result = shape_parts(making);
    } else {
      if (lists || std::ranges::any_of(faults, [](auto const* fault) { return needs_dice(*fault); }))
        making.ordinal = counts.next(request.client, request.route);
      if (kept) kept->ordinal = making.ordinal;
      for (auto const* fault : faults) making.consider(*fault);
      if (lists) relist(making);
    }
    if (kept && !kept->considered.empty()) kept->made = describe(making.result, armed);
    return std::move(making.result);
  } catch (...) {
    plan untouched;
    untouched.in_doubt = true;
    return untouched;
  }
}

}  // namespace vendaval::faults
