#include "controller/io/run_client.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <thread>

#include "controller/io/interrupts.hpp"
#include "controller/journal.hpp"
#include "controller/summary.hpp"

namespace vendaval::controller {
namespace {

namespace json = boost::json;

json::object body_of(run_request const& request) {
  json::object body{{"scenario", request.scenario}, {"file", request.file}};
  if (request.institution) body["institution"] = *request.institution;
  if (request.seed) body["seed"] = *request.seed;
  if (request.dry_run) body["dry_run"] = true;
  return body;
}

/// The run's last view; shows it all the while. An abort is sent once for the first Ctrl-C.
std::expected<json::object, api_failure> watch(api_client& api, std::string const& id, progress& shown) {
  bool abort_sent = false;
  for (int unanswered = 0;;) {
    if (interrupts::count() > 0 && !abort_sent) {
      abort_sent = true;
      shown.say("Ctrl-C: taking every fault away");
      auto const aborting = api.post("/v1/runs/" + id + "/abort", json::object{{"reason", "Ctrl-C at the terminal"}});
      if (!aborting) shown.say("the abort was not taken: " + aborting.error().message);
    }
    auto view = api.get(fmt::format("/v1/runs/{}?after={}", id, shown.next_event()));
    if (!view && view.error().status == 0 && ++unanswered < 5) continue;
    if (!view) return std::unexpected(view.error());
    unanswered = 0;
    shown.show(view->as_object());
    if (view->as_object().at("state") != "running") return std::move(view->as_object());
    std::this_thread::sleep_for(200ms);  // how often a person's screen is refreshed
  }
}

std::string text_at(json::object const& o, std::string_view key) {
  auto const* value = o.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

int print_end(api_client& api, std::string const& id, json::object const& run, bool as_json) {
  auto const written = api.get("/v1/runs/" + id + "/journal");
  if (!written) {
    fmt::print(stderr, "the run ended, but its journal could not be read: {}\n", written.error().message);
    return could_not_run;
  }
  auto const read = from_json(*written);
  if (!read) {
    fmt::print(stderr, "the journal is not understood: {}\n", read.error());
    return could_not_run;
  }
  if (as_json) {
    fmt::print("{}\n", json::serialize(written->as_object().at("verdict")));
  } else {
    auto const screen = look_at_terminal(STDOUT_FILENO);
    summary_style style;
    style.colour = screen.colour;
    style.unicode = screen.unicode;
    style.journal_path = text_at(run, "journal");
    style.report_path = text_at(run, "report");
    style.decisions_path = text_at(run, "decisions");
    style.database = text_at(run, "database");
    fmt::print("{}", summary(*read, style));
  }
  std::fflush(stdout);
  return exit_code(read->stored, read->facts.end);
}

}  // namespace

int ask_dry_run(api_client& api, run_request request) {
  request.dry_run = true;
  auto const told = api.post("/v1/runs", body_of(request));
  if (!told) {
    fmt::print(stderr, "{}\n", told.error().message);
    return told.error().status == 400 ? usage : could_not_run;
  }
  fmt::print("{}", text_at(told->as_object(), "dry_run"));
  return passed;
}

int follow_run(api_client& api, run_request const& request, progress& shown, bool as_json) {
  auto const started = api.post("/v1/runs", body_of(request));
  if (!started) {
    fmt::print(stderr, "{}\n", started.error().message);
    return started.error().status == 400 ? usage : could_not_run;
  }
  std::string const id(started->as_object().at("id").as_string());
  auto const last = watch(api, id, shown);
  if (!last) {
    fmt::print(stderr, "{}\n", last.error().message);
    return interrupts::count() > 0 ? aborted : could_not_run;
  }
  return print_end(api, id, *last, as_json);
}

}  // namespace vendaval::controller
