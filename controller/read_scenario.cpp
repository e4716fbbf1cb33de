#include "controller/read_scenario.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "controller/read_criteria.hpp"
#include "proxy/faults/read_fault.hpp"

namespace vendaval::controller {
namespace {

/// The longest that a fault may stay armed in one piece.
constexpr duration longest_fault = 60min;

class scenario_reader {
 public:
  scenario_reader(scenario_context const& context, std::string file, problems& wrong)
      : context_(context), file_(std::move(file)), wrong_(wrong) {}

  scenario read(table_reader& root) {
    if (!root.table("scenario", [&](table_reader& in) { read_head(in); }))
      root.fail("scenario", "there is no [scenario]", "begin with [scenario], a name, a type and a target");
    names_of names("phase");
    root.each("phase", [&](table_reader& in) { read_phase(in, names); });
    read_hypotheses(root, scenario_);
    read_assertions(root, scenario_);
    read_stops(root, scenario_);
    check_phases(root);
    if (scenario_.hypotheses.empty() && scenario_.assertions.empty() && !root.has("hypothesis") && !root.has("assert"))
      root.fail("scenario", "nothing is asked of this run, so it could never fail",
                "add a [[hypothesis]] or an [[assert]]");
    std::ranges::sort(scenario_.phases, {}, &phase::from);
    return std::move(scenario_);
  }

 private:
  void read_head(table_reader& in) {
    in.require("name");
    in.require("type");
    in("name", scenario_.name);
    in("title", scenario_.title);
    in("version", scenario_.version, 1, 1'000'000);
    in("type", scenario_.type, words(test_type_names));
    in("settle", scenario_.settle, 1s, 1h);
    in("delays", scenario_.delays, words(fault_delay_names));
    scenario_.target = read_bank(in, "target", {});
    choose_target(in);
    check_host(in);
  }

  /// The id of the bank under `key`; `fallback` when the key is absent, nothing when there is no such bank.
  std::string read_bank(table_reader& in, std::string_view key, std::string const& fallback) {
    std::string given;
    auto const before = wrong_.size();
    in(key, given);
    if (!in.has(key) || wrong_.size() != before) return fallback;
    if (auto const* bank = context_.banks.find(given)) return bank->id;
    in.fail(key, fmt::format("unknown institution \"{}\"", given), accepted_names(given, context_.banks.ids()));
    return fallback;
  }

  void choose_target(table_reader& in) {
    if (!context_.target) {
      if (!in.has("target"))
        in.fail("target", "no target: which bank is to be broken?",
                fmt::format("add target = \"{}\", or give one on the command line",
                            context_.banks.all().empty() ? "…" : context_.banks.all().front().id));
      return;
    }
    if (auto const* bank = context_.banks.find(*context_.target))
      scenario_.target = bank->id;
    else
      wrong_.push_back({file_, 0, 0, 1, fmt::format("unknown institution \"{}\" given as the target", *context_.target),
                        accepted_names(*context_.target, context_.banks.ids())});
  }

  void check_host(table_reader& in) {
    in("upstream", scenario_.upstream);
    auto const& host = scenario_.upstream ? *scenario_.upstream : context_.upstream;
    if (host.empty()) return;
    auto const& allowed = context_.allowed_hosts;
    if (std::ranges::find(allowed, host) == allowed.end())
      in.fail("upstream", fmt::format("\"{}\" is not on the list of hosts that faults may be injected for", host),
              allowed.empty() ? "the list is empty: name the host under [upstream] allow in vendaval.toml"
                              : fmt::format("allowed in vendaval.toml: \"{}\"", fmt::join(allowed, "\", \"")));
    else if (!context_.upstream.empty() && host != context_.upstream)
      in.fail("upstream",
              fmt::format("this scenario is meant for \"{}\", and the proxy is in front of \"{}\"", host,
                          context_.upstream),
              "run it where it belongs, or leave upstream out");
  }

  void read_phase(table_reader& in, names_of& names) {
    phase p;
    std::optional<duration> length, at;
    in.require("name");
    in.require("for");
    in("name", p.name);
    names.take(in, p.name);
    in("for", length, 0s, 24h);
    in("at", at, 0s, 24h);
    p.from = at.value_or(end_of_last_);
    p.length = length.value_or(0s);
    p.target = read_bank(in, "target", scenario_.target);
    if (length == duration(0s))
      in.fail("for", fmt::format("phase \"{}\" lasts no time at all", p.name), "give it at least 1s, or take it out");
    check_overlap(in, p);
    read_faults(in, p);
    end_of_last_ = p.to();
    scenario_.phases.push_back(std::move(p));
  }

  void check_overlap(table_reader& in, phase const& p) {
    for (auto const& other : scenario_.phases)
      if (other.target == p.target && p.from < other.to() && other.from < p.to())
        in.fail("at",
                fmt::format("phase \"{}\" ({} to {}) overlaps phase \"{}\" ({} to {}), and both are about {}", p.name,
                            show(p.from), show(p.to()), other.name, show(other.from), show(other.to()), p.target),
                fmt::format("start it at {} or later, or leave \"at\" out to follow the phase before it",
                            show(other.to())));
  }

  void read_faults(table_reader& in, phase& p) {
    in.each("fault", [&](table_reader& table) {
      std::vector<std::string> targets;
      if (!p.target.empty()) targets.push_back(p.target);
      auto label = fmt::format("{}/{}/{}", scenario_.name, p.name, p.faults.size() + 1);
      faults::fault_surroundings const around{context_.banks, context_.error_codes, std::move(targets),
                                              std::move(label), context_.can_sign};
      if (auto fault = faults::read_fault(table, around)) p.faults.push_back(std::move(*fault));
    });
    fault_seen_ = fault_seen_ || in.has("fault");
    if (in.has("fault") && p.length > longest_fault)
      in.fail("for",
              fmt::format("phase \"{}\" keeps a fault armed for {}; a lease ends after {} at the latest", p.name,
                          show(p.length), show(longest_fault)),
              "split it into phases with a rest between them");
    if (in.has("fault") && p.from == duration(0s) && !early_fault_) early_fault_ = scenario_.phases.size();
  }

  void check_phases(table_reader& root) {
    if (!root.has("phase"))
      return root.fail("phase", "there is no phase, so nothing would happen",
                       "add [[phase]] with a name and for = \"3m\"");
    if (!fault_seen_)
      root.fail("phase", "no phase injects a fault", "add [[phase.fault]] under the phase in which something breaks");
    if (early_fault_)
      root.fail_at("phase", *early_fault_, "there is no baseline before the first fault",
                   "put a [[phase]] without faults first, so that \"before\" can be measured");
  }

  scenario_context const& context_;
  std::string file_;
  problems& wrong_;
  scenario scenario_;
  duration end_of_last_{};
  bool fault_seen_ = false;
  std::optional<std::size_t> early_fault_;  // in file order
};

}  // namespace

std::expected<scenario, problems> check_scenario(std::string text, std::string file, scenario_context const& context) {
  problems wrong;
  auto const document = parse_toml(file, std::move(text), wrong);
  if (!document) return std::unexpected(std::move(wrong));
  table_reader root(document->table, file, wrong);
  auto result = scenario_reader(context, file, wrong).read(root);
  root.finish();
  if (!wrong.empty()) return std::unexpected(std::move(wrong));
  return result;
}

}  // namespace vendaval::controller
