// decide() in a loop, for counting instructions: decide_cost ROUNDS ARMED. The faults concern another bank than the
// request.
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/dialects/table.hpp"
#include "proxy/faults/decide.hpp"

namespace vendaval {
namespace {

using namespace std::chrono_literals;

faults::armed_set faults_for(std::string const& bank, std::uint64_t count) {
  faults::armed_set armed;
  for (std::uint64_t id = 1; id <= count; ++id) {
    faults::armed_fault fault;
    fault.id = id;
    fault.what = faults::latency{.delay = 200ms};
    fault.where.institutions = {bank};
    fault.expires = time_point{} + 1h;
    armed.faults.push_back(std::move(fault));
  }
  return armed;
}

std::uint64_t number(char const* text) {
  std::uint64_t value = 0;
  std::string_view const all(text);
  std::from_chars(all.data(), all.data() + all.size(), value);
  return value;
}

/// How many plans hold a request: none, and the compiler cannot know.
std::uint64_t decide_often(std::uint64_t rounds, std::uint64_t armed_count) {
  auto const dialect = dialects::make_dialect("belvo", {});
  auto const armed = faults_for("itau", armed_count);
  std::vector<std::string> const banks{"bb"};
  faults::ordinals counts;
  std::uint64_t held = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    faults::request_facts facts;
    facts.institutions = banks;
    facts.what = operation::read;
    facts.route = "/api/accounts/";
    facts.client = round;
    facts.method = "GET";
    facts.target = "/api/accounts/?page=2";
    auto const plan = faults::decide(facts, armed, counts, *dialect, time_point{} + 1s);
    held += plan.hold > 0ns ? 1 : 0;
  }
  return held;
}

}  // namespace
}  // namespace vendaval

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: decide_cost ROUNDS ARMED\n");
    return EXIT_FAILURE;
  }
  fmt::print("{} held\n", vendaval::decide_often(vendaval::number(argv[1]), vendaval::number(argv[2])));
}
