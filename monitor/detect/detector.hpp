#pragma once
/// Sees trouble before the rules speak of it: far more failures, or far more slow calls, than this bank usually has.
/// It tells nobody: it opens an incident, so that what was known when is on record, and the rules decide who is told.
/// A call under way that is slow already counts as slow; an exact binomial test takes eight calls and eight thousand
/// alike. Trouble has to show at two looks in a row.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "monitor/traffic/traffic.hpp"

namespace vendaval::monitor {

struct detector_settings {
  duration window = 5min;  // the longest look back; a tenth, a third and two thirds are looked at as well
  duration look = 5s;      // between looks
  /// Over once the share over this long is as usual; over longer where that takes min_samples calls to prove it.
  duration clear_for = 2min;
  duration slow = 5s;             // a slower call counts as slow
  duration memory = 24h;          // half-life of what is usual
  std::uint32_t min_samples = 5;  // calls
  std::uint32_t least = 3;        // of them bad
  double chance = 5e-4;           // of so many bad ones by accident, below which it is no accident
  /// What is compared with: twice what is usual, but at least this share; while too little is known, the second.
  double least_share = 0.01, unknown_share = 0.05;
  std::uint32_t known_after = 200;  // calls
};
/// For a run that is played `factor` times faster.
detector_settings compress(detector_settings s, double factor);

enum class trouble : std::uint8_t { failures, slowness };
inline constexpr std::array<std::string_view, 2> trouble_names{"failures", "slowness"};
inline std::string_view name_of(trouble t) { return trouble_names[static_cast<std::size_t>(t)]; }
/// "detector failures": what an incident says of who saw it.
inline std::string detector_name(trouble t) { return "detector " + std::string(name_of(t)); }

/// What the detector saw, and against what it held it.
struct signal {
  trouble what = trouble::failures;
  std::uint64_t samples = 0, bad = 0;
  double expected = 0;     // share, 0..1
  double chance = 1;       // of as many or more by accident
  duration over{0};        // the window
  time_point first_bad{};  // of it
};

struct detection {
  bool raised = true;  // else: over
  signal seen;
};

/// One bank, one kind of trouble, some operations.
class detector {
 public:
  detector(trouble what, operation_set where, detector_settings s) : what_(what), where_(where), settings_(s) {}
  /// `calm`: nothing else is wrong with the bank, so that what is seen may be taken as usual.
  std::optional<detection> step(traffic const& t, std::string_view institution, time_point now, bool calm);
  std::optional<signal> const& raised() const { return raised_; }
  /// Goes on with trouble that an earlier process had seen: over once good answers prove it.
  void restore(time_point first_bad) {
    raised_ = signal{what_, 0, 0, expected(), 0, duration(0), first_bad};
    raised_at_ = time_point::min();  // all that is seen from now on is later
  }
  /// Nobody took what it saw: it looks anew.
  void forget() {
    raised_.reset();
    suspected_.reset();
  }
  trouble kind() const { return what_; }

 private:
  struct share {
    std::uint64_t samples = 0, bad = 0;
  };
  share measure(traffic const& t, std::string_view institution, time_point from, time_point to, bool flying) const;
  void learn(traffic const& t, std::string_view institution, time_point now, bool calm);
  double expected() const;
  std::optional<signal> look(traffic const& t, std::string_view institution, time_point now) const;
  bool over(traffic const& t, std::string_view institution, time_point now);

  trouble what_;
  operation_set where_;
  detector_settings settings_;
  double usual_samples_ = 0, usual_bad_ = 0;
  std::optional<time_point> looked_, calm_since_, clean_since_;
  std::optional<signal> suspected_, raised_;
  time_point raised_at_{};
};

}  // namespace vendaval::monitor
