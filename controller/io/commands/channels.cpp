#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>

#include "controller/io/commands/commands.hpp"
#include "controller/io/json_reply.hpp"
#include "controller/io/run_client.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

struct channel_options {
  api_address api;
  std::string name;
  bool all = false, json = false;
};

int list(channel_options const& o) {
  auto const answer = api_client(o.api).get("/v1/channels");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& all = answer->as_object().at("channels").as_array();
  if (all.empty()) fmt::print("no [[channel]] is configured: nobody is told of anything\n");
  for (auto const& value : all) {
    auto const& c = value.as_object();
    auto const proven = text_of(c, "proven_at");
    fmt::print("{:<4} {:<16} {:<12} {:<28} {}\n", c.at("red").as_bool() ? "RED" : "ok", text_of(c, "channel"),
               text_of(c, "kind"), text_of(c, "receiver"),
               proven.empty() ? "has taken nothing yet" : "last took one " + proven);
  }
  return passed;
}

int dead(channel_options const& o) {
  auto const answer = api_client(o.api).get("/v1/dead-letters");
  if (!answer) return failure(answer.error());
  if (o.json) {
    fmt::print("{}\n", json::serialize(*answer));
    return passed;
  }
  auto const& all = answer->as_object().at("dead_letters").as_array();
  if (all.empty()) fmt::print("nothing was given up\n");
  for (auto const& value : all) {
    auto const& row = value.as_object();
    fmt::print("{}  {}: {}\n    {}\n", text_of(row, "failed_at"), text_of(row, "channel"), text_of(row, "why"),
               text_of(row, "text"));
  }
  return passed;
}

int try_one(channel_options const& o, std::string const& name) {
  auto const answer = api_client(o.api).post("/v1/channels/" + encoded(name) + "/test", json::object{});
  if (!answer) return failure(answer.error());
  fmt::print("{}\n", text_of(answer->as_object(), "message"));
  return passed;
}

int try_some(channel_options const& o) {
  if (!o.all) return try_one(o, o.name);
  auto const answer = api_client(o.api).get("/v1/channels");
  if (!answer) return failure(answer.error());
  std::string last;
  for (auto const& value : answer->as_object().at("channels").as_array()) {
    auto const name = text_of(value.as_object(), "channel");
    if (std::exchange(last, name) == name) continue;  // its receivers are tried together
    if (auto const code = try_one(o, name); code != passed) return code;
  }
  return passed;
}

}  // namespace

void add_channels(CLI::App& app, int& exit_code) {
  auto const o = std::make_shared<channel_options>();
  auto* group = app.add_subcommand("channels", "whether people can be reached");
  group->require_subcommand(1);
  auto* listing = group->add_subcommand("list", "every channel, and when it last took a message; RED after seven days");
  listing->add_flag("--json", o->json, "as JSON");
  add_api_options(listing, o->api);
  listing->callback([o, &exit_code] { exit_code = list(*o); });

  auto* trying = group->add_subcommand("test", "send a message that says it is a test");
  auto* name = trying->add_option("name", o->name, "of the channel");
  trying->add_flag("--all", o->all, "every channel")->excludes(name);
  add_api_options(trying, o->api);
  trying->callback([o, &exit_code] {
    if (!o->all && o->name.empty())
      throw usage_error("name a channel, or use --all; vendaval channels list shows them");
    exit_code = try_some(*o);
  });

  auto* buried = group->add_subcommand("dead", "messages that were given up, and why");
  buried->add_flag("--json", o->json, "as JSON");
  add_api_options(buried, o->api);
  buried->callback([o, &exit_code] { exit_code = dead(*o); });
}

}  // namespace vendaval::controller
