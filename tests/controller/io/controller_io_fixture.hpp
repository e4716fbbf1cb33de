#pragma once
/// Fault desk, runner and API in one process: on a clock moved by hand, over a real SQLite file, in front of a data
/// path that reports what a test tells it to.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>

#include "base/io/file.hpp"
#include "controller/io/api.hpp"
#include "tests/monitor/calls.hpp"
#include "tests/monitor/io/monitor_io_fixture.hpp"

namespace vendaval::controller::test {

inline faults::fault_template outage_of(std::string const& bank, std::string label = "drill/down/1") {
  faults::error down;
  down.answers = {"institution_down"};
  faults::fault_template what;
  what.label = std::move(label);
  what.what = std::move(down);
  what.where.institutions = {bank};
  return what;
}

struct ControllerIo : vendaval::test::MonitorIo {
  settings config = [this] {
    settings s;
    s.upstream.url = "https://localhost:1";
    s.upstream.allow = {"localhost"};
    s.game_day.lease = 5s;
    s.game_day.directory = folder.path();
    return s;
  }();
  std::string const latch = folder / "kill-switch";
  monitor::outbox_worker outbox{{io.get_executor(), clock, calendar, *storage, calls, log}, {}};
  monitor::watch watch{{io.get_executor(), clock, path, *storage, outbox, log, folder / "spool"},
                       vendaval::test::watching_all_banks(calendar),
                       250ms};
  fault_desk desk{{io.get_executor(), clock, calendar, path, *storage, log, latch}, {}};
  runner runs{{clock, calendar, desk, watch, path, log, folder.path(), "sqlite:" + database, "test", "belvo"}};
  api routes{{config, clock, calendar, runs, desk, watch, outbox, path, {"institution_down"}, {}, storage.get()}};

  ControllerIo() {
    watch.on_exchange([this](exchange const& x) { runs.saw(x); });
    watch.on_effects([this](monitor::effects const& e) { runs.saw(e); });
    watch.on_tick([this](time_point now) {
      desk.tick();
      runs.tick(now);
    });
    asio::co_spawn(io, watch.run(), asio::detached);
  }

  std::expected<std::uint64_t, std::string> arm(faults::fault_template what, duration lease = 5s) {
    std::expected<std::uint64_t, std::string> answer = std::unexpected("was not called back");
    desk.arm(std::move(what), lease, "ana", [&](auto const& armed) { answer = armed; });
    storage_settles();
    return answer;
  }
  /// Until the database has all that was handed to it.
  void all_is_written() {
    for (int batch = 0; batch != 200 && watch.kept().behind(); ++batch) storage_settles();
  }
  faults::armed_set const& on_path() const { return *path.armed.back(); }

  /// Actions in the audit log, oldest first: "arm asked", "stop done".
  std::vector<std::string> audit() {
    auto rows = with_store([](sql::store& s) { return s.recent_audit(100); }).value();
    std::vector<std::string> told;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) told.push_back(row->action + " " + row->result);
    return told;
  }

  http_response ask(http_request request) {
    if (!request.header("Host")) request.headers.push_back({"Host", "127.0.0.1:8480"});
    http_response answer;
    asio::co_spawn(io, routes.answer(std::move(request)), [&](std::exception_ptr thrown, http_response r) {
      if (thrown) std::rethrow_exception(thrown);
      answer = std::move(r);
    });
    clock.settle();
    return answer;
  }
  http_response get(std::string target) { return ask({.method = "GET", .target = std::move(target)}); }
  http_response post(std::string target, boost::json::object const& body) {
    return ask({.method = "POST",
                .target = std::move(target),
                .headers = {{"Content-Type", "application/json"}},
                .body = boost::json::serialize(body)});
  }
  static boost::json::object object(http_response const& answer) { return boost::json::parse(answer.body).as_object(); }

  /// Four calls a second to every bank, as an app would; what `result` makes of a call to Itaú while a fault is armed.
  void traffic(duration how_long, outcome result = outcome::institution_down) {
    for (auto const end = clock.now() + how_long; clock.now() < end;) {
      for (auto const& bank : config.banks.ids()) call(bank, result);
      clock.advance(250ms);
      storage_settles();
    }
  }
  void call(std::string const& bank, outcome result) {
    auto const& armed = on_path().faults;
    auto const fault = std::ranges::find_if(armed, [&](auto const& f) {
      return clock.now() < f.expires && std::ranges::find(f.where.institutions, bank) != f.where.institutions.end();
    });
    bool const broken = fault != armed.end() && bank == "itau";
    auto x = vendaval::test::ended_at(clock.now(),
                                      {.bank = bank, .result = broken ? result : outcome::ok, .injected = broken});
    if (broken) x.touched_by = {fault->id};
    path.exchanges.push_back(std::move(x));
  }
};

}  // namespace vendaval::controller::test
