#include "controller/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "controller/tally_traffic.hpp"

namespace vendaval::controller {
namespace {

struct marks {
  std::string yes, no, none, dot;
};
marks marks_of(summary_style const& style) {
  if (!style.unicode) return {"ok ", "NO ", "-", "-"};
  if (!style.colour) return {"✓", "✗", "–", "·"};
  return {"\033[32m✓\033[0m", "\033[31m✗\033[0m", "–", "·"};
}

std::string bold(std::string const& text, summary_style const& style) {
  return style.colour ? "\033[1m" + text + "\033[0m" : text;
}

std::string name_of_target(journal const& j, std::string const& id) {
  auto const found = std::ranges::find(j.facts.run.institutions, id, &institution_name::id);
  return found == j.facts.run.institutions.end() ? id : found->name;
}

std::string target_of(journal const& j) {
  for (auto const& p : j.facts.phases)
    if (p.faulty) return p.target;
  auto const played = played_scenario(j.facts.run);  // it ended before anything was broken
  return played ? played->target : j.facts.run.target;
}

/// "at least 99 %", "at most 4.50 s": what was asked.
std::string asked(bounds const& b) {
  std::string text;
  if (b.at_least) text += ">= " + for_people(*b.at_least);
  if (b.at_most) text += (text.empty() ? "<= " : ", <= ") + for_people(*b.at_most);
  return text;
}

std::string check_line(check const& c, marks const& m) {
  auto const when = c.when ? fmt::format("{:<7}", moment_names[static_cast<std::size_t>(*c.when)]) : std::string();
  auto line = fmt::format("  {} {}{}: ", c.ok ? m.yes : m.no, when.empty() ? "" : when + " ", c.name);
  if (!c.measured)
    return line + (c.sentence.empty() ? "not measured" : c.sentence.substr(0, c.sentence.find(';'))) + "\n";
  return line + fmt::format("{}  ({})\n", in_words(*c.measured), asked(c.limits));
}

std::string instant(std::optional<time_point> t) {
  if (!t) return "";
  return fmt::format("{:>9.3f} s", std::chrono::duration<double>(t->time_since_epoch()).count());
}

/// Every instant, and how long after the one before it that happened came.
std::string ledger_table(record const& r, marks const& m) {
  std::string text;
  struct entry {
    std::optional<time_point> at;
    std::string_view name;
  };
  std::vector<entry> all;
  for (std::size_t i = 0; i < monitor::mark_count; ++i) all.push_back({r.instants.at[i], monitor::mark_names[i]});
  std::ranges::sort(all, {}, [](entry const& e) { return std::pair(!e.at, e.at.value_or(time_point{})); });
  std::optional<time_point> before;
  for (auto const& e : all) {
    if (!e.at) {
      text += fmt::format("    {:<18} {:>11}\n", e.name, m.none);
      continue;
    }
    text += fmt::format("    {:<18} {}", e.name, instant(e.at));
    if (before) text += fmt::format("  +{}", vendaval::for_people(*e.at - *before));
    text += "\n";
    before = e.at;
  }
  return text;
}

/// What one bank felt while the faults blew.
std::string felt(journal const& j, scenario const& s, std::string const& bank, stretch const& over) {
  gauge g;
  g.of = whose::target;
  g.min_samples = 1;
  scenario about = s;
  about.target = bank;
  about.phases.clear();  // or the banks that its faults name would count as this one
  auto const success = read(g, about, j.facts, over);
  g.what = metric::latency_p95;
  auto const p95 = read(g, about, j.facts, over);
  if (!success.value) return fmt::format("    {:<16} no calls\n", name_of_target(j, bank));
  return fmt::format("    {:<16} success {:>8}  p95 {:>8}  {:>5} calls\n", name_of_target(j, bank),
                     for_people(*success.value), p95.value ? for_people(*p95.value) : "", success.samples);
}

std::string others_felt(journal const& j, scenario const& s) {
  std::optional<milliseconds> from, to;
  for (auto const& p : j.facts.phases) {
    if (!p.faulty) continue;
    if (!from) from = p.began;
    to = p.ended.value_or(j.facts.ended);
  }
  if (!from || !to) return "    nothing was broken\n";
  std::string text;
  auto const broken = s.targets();
  for (auto const& bank : j.facts.run.institutions)
    if (std::ranges::find(broken, bank.id) == broken.end()) text += felt(j, s, bank.id, {*from, *to, false});
  return text;
}

/// What no fault could touch, because nobody knew whose it was: with much of it a run proves little.
std::string unknown_traffic(journal const& j, scenario const& s) {
  stretch const all{milliseconds{0}, j.facts.ended, false};
  auto const count = calls(unknown_institution, j.facts, all);
  if (count == 0) return {};
  gauge g;
  g.what = metric::unknown_share;
  g.min_samples = 1;
  auto const share = read(g, s, j.facts, all);
  return fmt::format("\n  {} calls ({}) were of a bank that nobody knew; [links] in the configuration names it\n",
                     count, share.value ? for_people(*share.value) : "");
}

/// What was kept from the app of what the API would have told it, and that the rest came through.
std::string webhooks_felt(journal const& j) {
  if (!j.facts.webhooks) return {};
  auto const sum = [](std::array<webhook_counts, 3> const& by_moment) {
    webhook_counts all;
    for (auto const& c : by_moment) all += c;
    return all;
  };
  auto const ours = sum(j.facts.webhooks->target), theirs = sum(j.facts.webhooks->others);
  auto const at = [](moment m) { return static_cast<std::size_t>(m); };
  if (ours == webhook_counts{} && theirs == webhook_counts{}) return {};
  auto text = fmt::format("\n  webhooks   {}: {} held back", name_of_target(j, target_of(j)), ours.held);
  if (ours.held > 0) text += fmt::format(", of which {} came when that ended", ours.released);
  if (ours.dropped > 0) text += fmt::format(", {} lost for ever", ours.dropped);
  text += fmt::format("; {} passed before, {} during, {} after\n", j.facts.webhooks->target[at(moment::before)].passed,
                      j.facts.webhooks->target[at(moment::during)].passed,
                      j.facts.webhooks->target[at(moment::after)].passed);
  text += fmt::format("             other banks: {} held back, {} passed during the faults\n", theirs.kept_back(),
                      j.facts.webhooks->others[at(moment::during)].passed);
  if (auto const refused = ours.refused + theirs.refused)
    text += fmt::format("             the app would not have {} of them, or could not be reached\n", refused);
  return text;
}

std::string headline(journal const& j, summary_style const& style) {
  auto const word = ruling_names[static_cast<std::size_t>(j.stored.result)];
  auto const passed = std::ranges::count(j.stored.hypotheses, true, &check::ok) +
                      std::ranges::count(j.stored.assertions, true, &check::ok);
  auto const all = j.stored.hypotheses.size() + j.stored.assertions.size();
  std::string upper(word);
  std::ranges::transform(upper, upper.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return bold(fmt::format("{}  {}/{} checks  {}", upper, passed, all, j.stored.reason), style) + "\n";
}

}  // namespace

std::string summary(journal const& j, summary_style const& style) {
  auto const m = marks_of(style);
  auto const& run = j.facts.run;
  auto const s = played_scenario(run);
  std::string text =
      "\n" + bold(fmt::format("{} on {}", s ? s->title : run.scenario_file, name_of_target(j, target_of(j))), style);
  text += fmt::format("  (run {}, seed {}{})\n", run.id, run.seed,
                      run.compress > 1 ? fmt::format(", compressed {} times", run.compress) : "");
  text += "\n  hypotheses\n";
  for (auto const& c : j.stored.hypotheses) text += "  " + check_line(c, m);
  text += "\n  assertions\n";
  for (auto const& c : j.stored.assertions) text += "  " + check_line(c, m);
  text += "\n  ledger (since the run began)\n" + ledger_table(j.facts, m);
  text += fmt::format("\n  detection  {}   first bad answer to accepted by the receiver\n",
                      j.stored.detection ? vendaval::for_people(duration(*j.stored.detection)) : m.none);
  text += fmt::format("  recovery   {}   lifted to good answers, breaker closed and calls back to 90 %\n",
                      j.stored.recovery ? vendaval::for_people(duration(*j.stored.recovery)) : m.none);
  if (!j.facts.breaker.evidence.empty())
    text += fmt::format("  breaker    {}: {}\n", j.facts.breaker.verdict, j.facts.breaker.evidence);
  if (s) text += "\n  what the other banks felt meanwhile\n" + others_felt(j, *s) + unknown_traffic(j, *s);
  text += webhooks_felt(j);
  if (j.facts.exchanges_lost > 0)
    text += fmt::format("\n  {} exchanges were not measured: the monitor was too slow to take them\n",
                        j.facts.exchanges_lost);
  if (!style.report_path.empty()) text += fmt::format("\n  report     {}\n", style.report_path);
  if (!style.journal_path.empty())
    text += fmt::format("  journal    {}   (judge it again: vendaval report FILE)\n", style.journal_path);
  if (!style.decisions_path.empty())
    text += fmt::format("  decisions  {}   (make them again: vendaval replay FILE)\n", style.decisions_path);
  if (!style.database.empty()) text += fmt::format("  database   {}\n", style.database);
  return text + "\n" + headline(j, style);
}

std::string report(journal const& j) {
  auto const& run = j.facts.run;
  std::string text = fmt::format("# {} on {}: {}\n\n{}\n\n", run.scenario_file, name_of_target(j, target_of(j)),
                                 ruling_names[static_cast<std::size_t>(j.stored.result)], j.stored.reason);
  text += fmt::format("- run `{}`, started {} by {}, seed {}, compressed {} times, vendaval {}\n", run.id,
                      iso8601(run.started), run.started_by, run.seed, run.compress, run.version);
  text += "\n```\n" + summary(j, {.unicode = true}) + "```\n\n## Events\n\n";
  for (auto const& e : j.facts.events)
    text += fmt::format("- {:.3f} s: {}\n", static_cast<double>(e.at.count()) / 1000, e.text);
  return text;
}

}  // namespace vendaval::controller
