#pragma once
/// Quiet that somebody asked for. A silence says of what, until when, who wants it and why; it always ends by itself.
/// Alerts and incidents go on as ever: only nobody is told, and the incident's history says why.
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/dice.hpp"
#include "monitor/alerts/rule.hpp"

namespace vendaval::monitor {

struct silence {
  std::string id;  // UUID; given by the book
  // What it is about; empty = any.
  std::string institution, rule;
  std::optional<severity> at_most;  // worse than this is told all the same
  std::string run;                  // of the banks that this game day is on, and it ends with it
  std::string by, reason;
  time_point from{}, until{};
};

/// The longest a silence may last, so that a forgotten one cannot hide an outage for ever.
inline constexpr duration longest_silence = 7 * 24h;
/// One that names neither a bank nor a rule nor a run quiets everything.
inline constexpr duration longest_silence_of_all = 4h;

class silence_book {
 public:
  explicit silence_book(std::uint64_t seed) : dice_(seed, dice::key("silences")) {}

  /// The silence as it holds now, or why it may not be.
  std::expected<silence, std::string> add(silence s, time_point now);
  /// The silence as it was, ended at `now`; nothing when there is none of this id.
  std::optional<silence> remove(std::string_view id, time_point now);
  /// Those that ended with the run.
  std::vector<silence> run_ended(std::string_view run, time_point now);
  void restore(std::vector<silence> before, time_point now);
  void expire(time_point now);

  /// `run`: of the game day on this bank; empty when there is none.
  silence const* quiets(std::string_view institution, rule const& r, std::string_view run, time_point now) const;
  std::vector<silence> const& all() const { return all_; }

 private:
  dice dice_;
  std::vector<silence> all_;
};

}  // namespace vendaval::monitor
