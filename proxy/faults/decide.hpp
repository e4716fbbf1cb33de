#pragma once
/// What happens to one request: the only place where an armed fault becomes an effect.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "proxy/faults/armed.hpp"
#include "proxy/faults/error_shapes.hpp"
#include "proxy/faults/plan.hpp"
#include "proxy/faults/request_facts.hpp"

namespace vendaval::faults {

struct decision;

/// What a course counts by, beside the client: a name that is no route.
inline constexpr std::string_view turns_of_course = "the requests a course counts";

/// Counts the requests of each client on each route, so that a roll belongs to "the fifth POST /api/accounts/ of this
/// client" whatever the threads do. A fixed table shared by all data threads; two keys in one slot share a count, which
/// moves their rolls but not their odds.
class ordinals {
 public:
  ordinals() : slots_(new std::atomic<std::uint64_t>[size]()) {}
  std::uint64_t next(std::uint64_t client, std::string_view route);
  /// What next() will give.
  void set(std::uint64_t client, std::string_view route, std::uint64_t n);
  /// At the start of a run, so that the same seed meets the same traffic with the same rolls.
  void reset();

 private:
  static constexpr std::size_t size = 1 << 14;
  std::unique_ptr<std::atomic<std::uint64_t>[]> slots_;
};

/// Same facts, same armed faults, same ordinal: same plan, in whatever order the faults are listed.
///
/// A fault touches a request only when its lease runs, its course has it on, and the scope covers the request: a bank
/// that was not named is never touched, nor is traffic of no bank or of an unknown one. Of a list that `parts`, a fault
/// that would have ended a request of its bank alone leaves out that bank's items. What acts before the upstream takes
/// its turn first, then what acts on the way back, each in the order of the ids (S20). Holds add up; on each leg the
/// first that ends the request wins, and a later one that would end it too is passed over, as is everything about an
/// answer of the upstream's that will never be asked for. If fault code throws, the plan is untouched and says
/// `in_doubt` (S24). `kept`, if given, is filled when a fault has the request in reach: what the plan was made from.
plan decide(request_facts const& request, armed_set const& armed, ordinals& counts, error_shapes const& shapes,
            time_point now, decision* kept = nullptr) noexcept;

/// Does this fault's lease run and its course have it on now?
bool blows(armed_fault const& fault, time_point now);

/// Null when it is not armed.
armed_fault const* find(armed_set const& armed, std::uint64_t id);
/// When the first lease of these faults ends; nothing when one of them is gone or over.
std::optional<time_point> lease_of(std::span<std::uint64_t const> ids, armed_set const& armed, time_point now);

}  // namespace vendaval::faults
