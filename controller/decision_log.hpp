#pragma once
/// Everything that the armed faults of a run decided, line by line: JSON, one object a line, "vendaval-decisions-1".
/// Written while the run goes on; `vendaval replay` makes every decision again. Nothing in it is secret: ids of links
/// and credentials are hashes, and queries, headers and bodies are not in it.
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/institution.hpp"
#include "base/time.hpp"
#include "proxy/dialects/dialect.hpp"
#include "proxy/faults/decision.hpp"

namespace vendaval::controller {

struct log_head {
  std::string run, scenario, dialect;
  std::uint64_t seed = 0;
  timeline calendar{};  // for faults that follow the clock on the wall
};

// Each of these is one line, with its line feed.
std::string line_of(log_head const&);
std::string line_of(faults::armed_fault const&);
std::string line_of(faults::decision const&);

struct decision_log {
  struct entry {
    std::size_t line = 0;
    faults::decision made;
  };
  log_head head;
  std::unique_ptr<dialects::dialect> dialect;  // whose error answers were given
  faults::armed_set armed;  // every fault of the run at once: decide_again() takes those that a decision considered
  std::vector<entry> decisions;
  bool torn = false;  // the last line has no end: the writer was killed
};
/// A log as it was written, or a sentence with the line at fault.
std::expected<decision_log, std::string> read_decisions(std::string_view text, institutions const& banks);

/// A decision that came out differently.
struct difference {
  std::size_t line = 0;
  std::string then, now;
};
/// Makes every decision again, in the order of the log.
std::vector<difference> replay(decision_log const&);

/// The canonical lines of the decisions, sorted.
std::string in_canonical_order(std::vector<faults::decision const*> decisions);

}  // namespace vendaval::controller
