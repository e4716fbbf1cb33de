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

int list(silence_options const& o) {
  auto const answer = api_client(o.api).get("/v1/silences");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  for (auto const& value : answer->at("silences").as_array()) {
    auto const& s = value.as_object();
    fmt::print("{}  until {}  bank {}  rule {}  {}: {}\n", text_in(s, "id", ""), text_in(s, "until", ""),
               text_in(s, "institution", "any"), text_in(s, "rule", "any"), text_in(s, "by", ""),
               text_in(s, "reason", ""));
  }
  for (auto const& value : answer->at("maintenance").as_array())
    fmt::print("maintenance until {}: {}\n", text_in(value.as_object(), "until", ""),
               text_in(value.as_object(), "reason", ""));
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
  auto const answer = api_client(o.api).post("/v1/silences/" + o.id + "/remove", json::object{});
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
