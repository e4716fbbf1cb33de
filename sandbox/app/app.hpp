#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sandbox/app/breaker.hpp"
#include "sandbox/app/classify.hpp"
#include "sandbox/app/directory.hpp"
#include "sandbox/app/traffic.hpp"

namespace vendaval::sandbox {

/// One call to make now.
struct app_call {
  std::uint64_t id = 0;
  std::string institution;
  unsigned tried = 1;  // 1 = first try
  app_request request;
};

struct breaker_event {
  std::string institution;
  breaker_state state = breaker_state::closed;
  time_point at{};
};

/// What an app could say of itself, per institution, since it started.
struct app_statistics {
  std::uint64_t wanted = 0;     // what users asked for
  std::uint64_t succeeded = 0;  // of those, answered well in the end
  std::uint64_t failed = 0;     // of those, given up, with or without retries
  std::uint64_t rejected = 0;   // of those, given up because the breaker was open
  std::uint64_t shed = 0;       // of those, given up because the queue was full
  std::uint64_t calls = 0;      // sent, retries included
  std::uint64_t calls_ok = 0;
  std::uint64_t retries = 0;  // of the calls sent, those that were not first tries
  std::array<std::uint64_t, call_outcome_words.size()> outcomes{};  // of calls, by call_outcome

  std::uint64_t of(call_outcome o) const { return outcomes[static_cast<std::size_t>(o)]; }
  /// Of what was asked for and is decided; 100 % while nothing is.
  percent user_success() const;
  app_statistics& operator+=(app_statistics const& other);
};

/// An app with users, retries, a bound on its calls and a circuit breaker per institution. It is told the time and the
/// results and says which calls to make: over sockets (io/app_runner) or against a bank model in virtual time.
/// Not thread-safe.
class simulated_app {
 public:
  simulated_app(app_settings settings, directory banks, timeline calendar, time_point start);

  /// The calls to make at `now`. Ask again after every completed() and at next_due().
  std::vector<app_call> due(time_point now);
  /// How a call that due() gave out ended. Unknown ids are ignored.
  void completed(std::uint64_t call, call_result const& result, time_point now);
  /// When due() has something to do again if nothing completes before.
  time_point next_due() const;

  /// Changes of breakers since the last time this was asked.
  std::vector<breaker_event> take_events();
  breaker_state breaker(std::string const& institution) const;
  app_statistics statistics(std::string const& institution) const;
  app_statistics total() const;
  std::size_t in_flight() const { return calls_.size(); }
  app_settings const& settings() const { return settings_; }

 private:
  struct task {  // a user's request, through all its tries
    app_request request;
    unsigned tried = 0;
  };
  struct side {  // one institution, as the app sees it
    explicit side(breaker_settings const& s) : breaker(s) {}
    bank_entry entry;
    circuit_breaker breaker;
    dice traffic{0};
    time_point next_arrival{};
    std::deque<task> ready;
    std::multimap<time_point, task> later;  // retries
    std::size_t in_flight = 0;
    app_statistics counts;
  };
  struct call_under_way {
    std::string institution;
    task what;
    std::optional<circuit_breaker::permit> permit;
  };

  void arrive(side& s, time_point now);
  void send(std::string const& institution, side& s, std::vector<app_call>& out);
  bool guarded(operation what) const;

  app_settings settings_;
  timeline calendar_;
  std::map<std::string, side> sides_;
  std::map<std::uint64_t, call_under_way> calls_;
  std::vector<breaker_event> events_;
  std::uint64_t next_id_ = 1;
};

}  // namespace vendaval::sandbox
