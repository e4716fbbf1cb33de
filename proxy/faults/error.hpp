#pragma once
#include <string>
#include <vector>

#include "base/units.hpp"
#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// An error in the API's own shape, in place of the upstream's answer.
///   kind = "error"
///   answers = ["institution_down", "institution_unavailable", "unexpected_error"]
///   shares  = ["70%", "20%", "10%"]      # left out: all alike
///   after = "1200ms"                     # half of the answers come sooner
///   after_p99 = "4s"                     # left out: all after exactly `after`
struct error {
  static constexpr std::string_view name = "error";
  static constexpr std::string_view about =
      "Answers with one of the API's own errors, in the API's own shape; the request never reaches the bank.";
  static constexpr peers elsewhere{"-", "abort.http_status (status only)", "stub with status and body"};
  static constexpr reach acts = reach::either;

  std::vector<std::string> answers{};
  std::vector<percent> shares{};  // as many as answers, 100 % together; empty = all alike
  duration after = 0ms, after_p99 = 0ms;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("answers", self.answers, meaning{"the API's error codes, one of them for each request"});
    visit("shares", self.shares, meaning{"how often each of them; left out, all alike"});
    visit("after", self.after, meaning{"half of the answers come sooner than this"}, 0ms, longest_hold);
    visit("after_p99", self.after_p99, meaning{"99 % come sooner; left out, all exactly at `after`"}, 0ms,
          longest_hold);
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return true; }  // every answer carries a fresh request_id
  bool shape(plan& p, shaping_context& context) const;
};

}  // namespace vendaval::faults
