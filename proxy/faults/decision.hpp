#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/decide.hpp"
#include "proxy/faults/handshake.hpp"
#include "proxy/faults/webhook.hpp"

namespace vendaval::faults {

/// What one decision was made from and what it came to: enough to make it again, and nothing that is secret. Only
/// requests that some armed fault has in reach leave one behind.
struct decision {
  enum class subject_of : std::uint8_t { request, handshake, webhook };
  static constexpr std::array<std::string_view, 3> subjects{"request", "handshake", "webhook"};
  struct consideration {
    std::uint64_t fault = 0;  // that had the request in reach
    std::uint64_t turn = 0;   // the how-manieth request of its client, if its course counts them
    bool touched = false;
  };

  subject_of about = subject_of::request;
  std::uint64_t epoch = 0;  // of the armed set
  time_point at{};
  std::uint64_t client = 0, connection = 0, subject = 0, credential = 0;  // as in request_facts
  std::vector<std::string> institutions{};
  operation what = operation::meta;
  std::string method{}, route{};
  bool parts = false, lists_banks = false;
  std::uint64_t ordinal =
      0;  // of the request among those of its client on its route; 0 as well when no dice were asked
  std::vector<consideration> considered{};
  std::string made{};  // the plan in words: describe()
};

/// The plan in one line, with the labels of the faults that made it: equal plans, equal lines.
std::string describe(plan const&, armed_set const&);
std::string describe(handshake_plan const&, armed_set const&);
std::string describe(webhook_plan const&, armed_set const&);

/// What was asked and what was made of it in one line, without times and ids: two runs with the same seed and the same
/// traffic give the same lines, whatever the number of threads.
std::string canonical(decision const&);

/// Makes a decision again from what was written down, with the faults as they were armed then. Of faults that remember
/// (buckets, queues, credentials) `armed` is the memory, so their decisions must come in the order they were made in.
/// The plan it comes to, in words.
std::string decide_again(decision const&, armed_set const& armed, ordinals&, error_shapes const&);

}  // namespace vendaval::faults
