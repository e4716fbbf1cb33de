// vendaval incidents list|show|acknowledge|note|close|stats
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "controller/io/commands/commands.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

struct incident_options {
  api_address api;
  std::string id, text, by, severity, window;
  bool json = false, drills = false, open = false;
};

std::string text_in(json::object const& of, std::string_view key, std::string_view otherwise = "-") {
  auto const* v = of.if_contains(key);
  return v && v->is_string() ? std::string(v->as_string()) : std::string(otherwise);
}

void print_line(json::object const& i) {
  fmt::print("{}  {:<8}  {:<13}  {:<10}  {}  {}{}\n", text_in(i, "label"), text_in(i, "severity"), text_in(i, "status"),
             text_in(i, "institution_id"), text_in(i, "started_at"), i.at("drill").as_bool() ? "[drill] " : "",
             text_in(i, "description"));
}

void print_whole(json::object const& i) {
  print_line(i);
  for (auto const* key : {"detected_at", "detected_by", "alerted_at", "acknowledged_at", "acknowledged_by",
                          "resolved_at", "closed_at", "closed_by", "resolution_notes", "created_by", "assigned_to"})
    fmt::print("  {:<17} {}\n", key, text_in(i, key));
  fmt::print("  {:<17} {}\n", "affected_users", i.at("affected_users_count").to_number<std::uint64_t>());
  for (auto const& note : i.at("updates").as_array())
    fmt::print("  {}  {}: {}\n", text_in(note.as_object(), "at"), text_in(note.as_object(), "by"),
               text_in(note.as_object(), "text"));
}

int list(incident_options const& o) {
  auto const answer = api_client(o.api).get("/v1/incidents");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& all = answer->as_object().at("incidents").as_array();
  std::size_t shown = 0;
  for (auto const& one : all) {
    auto const status = text_in(one.as_object(), "status");
    if (o.open && status != "open" && status != "investigating") continue;
    print_line(one.as_object());
    ++shown;
  }
  if (shown == 0) fmt::print("{}\n", o.open ? "no incident is open" : "no incident");
  return passed;
}

int print(incident_options const& o, std::expected<json::value, api_failure> const& answer) {
  if (!answer) return failure(answer.error());
  if (o.json)
    fmt::print("{}\n", json::serialize(*answer));
  else
    print_whole(answer->as_object());
  return passed;
}

/// Typed by a person, so it may hold anything.
std::string segment_of(incident_options const& o) {
  if (o.id.empty()) throw usage_error("name an incident, such as INC-0042; vendaval incidents list shows them");
  if (o.id == "stats")
    throw usage_error("\"stats\" is no incident; figures over all of them: vendaval incidents stats");
  return encoded(o.id);
}

int act(incident_options const& o, std::string const& what, std::string_view key) {
  json::object body;
  if (!key.empty()) body[key] = o.text;
  if (!o.by.empty()) body["by"] = o.by;
  return print(o, api_client(o.api).post("/v1/incidents/" + segment_of(o) + "/" + what, body));
}

int stats(incident_options const& o) {
  auto path = fmt::format("/v1/incidents/stats?drills={}", o.drills);
  if (!o.severity.empty()) path += "&severity=" + encoded(o.severity);
  if (!o.window.empty()) path += "&window=" + encoded(o.window);
  auto const answer = api_client(o.api).get(path);
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& all = answer->as_object();
  fmt::print("{} incidents, {} open; {} of game days {}\n", all.at("incidents").to_number<int>(),
             all.at("open").to_number<int>(), all.at("drills").to_number<int>(), o.drills ? "among them" : "left out");
  for (auto const* key : {"mttd_s", "alerted_s", "mtta_s", "mttr_s"}) {
    auto const& mean = all.at(key);
    fmt::print("  {:<10} {}\n", key, mean.is_null() ? "-" : fmt::format("{:.1f} s", mean.to_number<double>()));
  }
  return passed;
}

/// A subcommand about one incident.
CLI::App* about_one(CLI::App* under, std::shared_ptr<incident_options> const& o, std::string const& name,
                    std::string const& help) {
  auto* command = under->add_subcommand(name, help);
  command->add_option("id", o->id, "its label (INC-0042) or id")->required();
  command->add_flag("--json", o->json, "as JSON");
  add_api_options(command, o->api);
  return command;
}

}  // namespace

void add_incidents(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<incident_options>();
  auto* all = app.add_subcommand("incidents", "what went wrong, who has it, and when it was over");
  all->require_subcommand(1);

  auto* listing = all->add_subcommand("list", "newest first");
  listing->add_flag("--open", o->open, "only those that are not over");
  listing->add_flag("--json", o->json, "as JSON");
  add_api_options(listing, o->api);
  listing->callback([o, &exit_code] { exit_code = list(*o); });

  about_one(all, o, "show", "all that is known of one")->callback([o, &exit_code] {
    exit_code = print(*o, api_client(o->api).get("/v1/incidents/" + segment_of(*o)));
  });

  auto* taking = about_one(all, o, "acknowledge", "say that you have it: nobody else is called");
  taking->add_option("--by", o->by, "who; default: this machine");
  taking->callback([o, &exit_code] { exit_code = act(*o, "acknowledge", ""); });

  auto* noting = about_one(all, o, "note", "add a line to its history");
  noting->add_option("--text", o->text, "the line")->required();
  noting->add_option("--by", o->by, "who");
  noting->callback([o, &exit_code] { exit_code = act(*o, "note", "text"); });

  auto* closing = about_one(all, o, "close", "close a resolved one with words about what it was");
  closing->add_option("--notes", o->text, "what it was and what was done")->required();
  closing->add_option("--by", o->by, "who");
  closing->callback([o, &exit_code] { exit_code = act(*o, "close", "notes"); });

  auto* counting = all->add_subcommand("stats", "mean times to detect, acknowledge and resolve");
  counting->add_option("--severity", o->severity, "low, medium, high or critical");
  counting->add_option("--window", o->window, "only those of the last, for example 30d");
  counting->add_flag("--drills", o->drills, "count game days too");
  counting->add_flag("--json", o->json, "as JSON");
  add_api_options(counting, o->api);
  counting->callback([o, &exit_code] { exit_code = stats(*o); });
}

}  // namespace vendaval::controller
