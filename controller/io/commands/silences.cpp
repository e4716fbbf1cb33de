// vendaval silences list|add|remove
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

struct silence_options {
  api_address api;
  std::string id, institution, rule, severity, run, by, reason, length;
  bool json = false;
};

std::string text_in(json::object const& of, std::string_view key, std::string_view otherwise) {
  auto const* v = of.if_contains(key);
  return v && v->is_string() ? std::string(v->as_string()) : std::string(otherwise);
}

/// All that it is limited to, so that nobody takes it for narrower or wider than it is.
void print_silence(json::object const& s) {
  auto const worst = text_in(s, "severity", "");
  fmt::print("{}  until {}  bank {}  rule {}  severity {}{}{}  {}: {}\n", text_in(s, "id", ""), text_in(s, "until", ""),
             text_in(s, "institution", "any"), text_in(s, "rule", "any"), worst.empty() ? "any" : worst,
             worst.empty() || worst == "low" ? "" : " and milder",
             s.at("run").is_string() ? "  game day " + text_in(s, "run", "") : "", text_in(s, "by", ""),
             text_in(s, "reason", ""));
}

void print_maintenance(json::object const& m) {
  std::string banks;
  for (auto const& bank : m.at("institutions").as_array())
    banks += (banks.empty() ? "" : ", ") + std::string(bank.as_string());
  fmt::print("maintenance until {}  bank {}: {}\n", text_in(m, "until", ""), banks.empty() ? "any" : banks,
             text_in(m, "reason", ""));
}

int list(silence_options const& o) {
  auto const answer = api_client(o.api).get("/v1/silences");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& silences = answer->at("silences").as_array();
  auto const& maintenance = answer->at("maintenance").as_array();
  for (auto const& one : silences) print_silence(one.as_object());
  for (auto const& one : maintenance) print_maintenance(one.as_object());
  if (silences.empty() && maintenance.empty()) fmt::print("no silence, and no maintenance is under way\n");
  return passed;
}

int add(silence_options const& o) {
  json::object body{{"for", o.length}, {"reason", o.reason}};
  for (auto const& [key, value] :
       {std::pair("institution", &o.institution), std::pair("rule", &o.rule), std::pair("severity", &o.severity),
        std::pair("run", &o.run), std::pair("by", &o.by)})
    if (!value->empty()) body[key] = *value;
  auto const answer = api_client(o.api).post("/v1/silences", body);
  if (!answer) return failure(answer.error());
  fmt::print("{}\n", text_in(answer->as_object(), "id", ""));
  return passed;
}

int remove(silence_options const& o) {
  if (o.id.empty()) throw usage_error("name a silence by its id; vendaval silences list shows them");
  auto const answer = api_client(o.api).post("/v1/silences/" + encoded(o.id) + "/remove", json::object{});
  if (!answer) return failure(answer.error());
  fmt::print("removed\n");
  return passed;
}

}  // namespace

void add_silences(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<silence_options>();
  auto* all = app.add_subcommand("silences", "tell nobody for a while; alerts and incidents go on");
  all->require_subcommand(1);

  auto* listing = all->add_subcommand("list", "silences and maintenance under way");
  listing->add_flag("--json", o->json, "as JSON");
  add_api_options(listing, o->api);
  listing->callback([o, &exit_code] { exit_code = list(*o); });

  auto* adding = all->add_subcommand("add", "print the id of a new one");
  adding->add_option("--institution", o->institution, "of one bank");
  adding->add_option("--rule", o->rule, "of one rule");
  adding->add_option("--severity", o->severity, "of this severity and milder");
  adding->add_option("--run", o->run, "ends with this game day, if not before");
  adding->add_option("--for", o->length, "how long: 30m, 2h; 7d at most")->required();
  adding->add_option("--reason", o->reason, "why")->required();
  adding->add_option("--by", o->by, "who wants it");
  add_api_options(adding, o->api);
  adding->callback([o, &exit_code] { exit_code = add(*o); });

  auto* removing = all->add_subcommand("remove", "end one now");
  removing->add_option("id", o->id, "as `list` shows it")->required();
  add_api_options(removing, o->api);
  removing->callback([o, &exit_code] { exit_code = remove(*o); });
}

}  // namespace vendaval::controller
