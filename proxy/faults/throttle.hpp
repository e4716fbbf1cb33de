#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// So many requests per stretch of time, over all that are in scope; the others are turned away. Exact across data
/// threads.
///   kind = "throttle"
///   requests = 80
///   within = "30s"
///   window = "bucket"       # refilled evenly · clock: counted anew at :00 of every `within`, as Open Finance does
///   answer = "html403"      # as Belvo's edge says it · json429 and json529: as an API says it
///   retry_after = "30s"     # left out: no Retry-After
///   retry_after_as = "seconds"    # or date
struct throttle {
  static constexpr std::string_view name = "throttle";
  static constexpr std::string_view about =
      "Lets so many requests through per stretch of time and turns the others away.";
  static constexpr peers elsewhere{"-", "local rate limit (another filter)", "-"};
  static constexpr reach acts = reach::before_upstream;
  enum class words : std::uint8_t { html403, json429, json529 };
  static constexpr std::array<std::string_view, 3> answers{"html403", "json429", "json529"};
  enum class windows : std::uint8_t { bucket, clock };
  static constexpr std::array<std::string_view, 2> window_names{"bucket", "clock"};
  enum class form : std::uint8_t { seconds, date };
  static constexpr std::array<std::string_view, 2> forms{"seconds", "date"};

  std::uint32_t requests = 80;
  duration within = 30s;
  windows window = windows::bucket;
  words answer = words::html403;
  std::optional<duration> retry_after{};  // rounded up to whole seconds
  form retry_after_as = form::seconds;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("requests", self.requests, meaning{"that pass in each `within`"}, 1u, 1'000'000u);
    visit("within", self.within, meaning{"the stretch of time"}, 100ms, 1h);
    visit("window", self.window,
          meaning{"bucket: refilled evenly; clock: counted anew whenever the clock on the wall "
                  "passes a multiple of `within`, so that a burst may straddle two"},
          window_names);
    visit("answer", self.answer, meaning{"what the others hear"}, answers);
    visit("retry_after", self.retry_after, meaning{"said in Retry-After; left out, there is none"}, 1s, 24h);
    visit("retry_after_as", self.retry_after_as, meaning{"how Retry-After says it"}, forms);
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return true; }  // the answer carries a fresh request_id
  bool shape(plan& p, shaping_context& context) const;
};

/// "Sun, 06 Nov 1994 08:49:37 GMT", as HTTP writes instants.
std::string http_date(wall_time at);

}  // namespace vendaval::faults
