#pragma once
/// Which of a dialect's questions are worth asking: each one once at a time, not again for a while when the answer
/// taught nothing, and never many together.
#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/time.hpp"

namespace vendaval::dialects {

class question_book {
 public:
  struct limits {
    std::size_t at_once = 8;          // questions under way
    std::size_t remembered = 10'000;  // questions that taught nothing
    duration absent_for = 10min;      // the API knows no such thing
    duration unclear_for = 5s;        // no answer, or one that says nothing about it: wrong credentials, a failure
  };
  enum class advice : std::uint8_t { ask, wait, leave };  // wait: somebody is asking it already

  question_book() = default;
  explicit question_book(limits l) : limits_(l) {}

  /// After `ask` the caller owes an answered().
  advice look(std::string const& question, time_point now);
  /// `status` of the answer, 0 when there was none; `taught` when it told what was asked.
  void answered(std::string const& question, unsigned status, bool taught, time_point now);

 private:
  void make_room(time_point now);

  limits limits_;
  std::unordered_set<std::string> under_way_;
  std::unordered_map<std::string, time_point> in_vain_;  // not before
};

}  // namespace vendaval::dialects
