#include "controller/io/station.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <future>
#include <random>
#include <stdexcept>

#include "base/client_of.hpp"
#include "base/io/file.hpp"
#include "base/io/log.hpp"
#include "controller/io/api.hpp"
#include "controller/io/interrupted_runs.hpp"
#include "controller/io/latch_watch.hpp"
#include "controller/io/named_files.hpp"
#include "controller/io/process.hpp"
#include "controller/io/rooms.hpp"
#include "controller/io/token.hpp"
#include "controller/io/toxiproxy_beside.hpp"
#include "controller/reload.hpp"
#include "monitor/io/alertmanager_feed.hpp"
#include "monitor/io/learner.hpp"
#include "monitor/io/memory.hpp"
#include "monitor/io/prober.hpp"
#include "monitor/io/pulse.hpp"
#include "sql/address.hpp"
#include "sql/patience.hpp"
#include "sql/uuid.hpp"

namespace vendaval::controller {
namespace {

namespace fs = std::filesystem;

char const* const latch_name = "/kill-switch";
char const* const spool_name = "/spool";

/// Where we have run before, a PostgreSQL that does not answer keeps no traffic waiting: what it should have goes to
/// the spool until it does. At a first start it is a mistake, and is told as one.
sql::store open_store(settings const& s, std::string const& folder, spdlog::logger& log) {
  auto store = sql::store::open(s.storage);
  bool const ran_before = fs::exists(folder + spool_name);
  if (!store && ran_before && s.storage.starts_with("postgres")) {
    log.error("starting without the database; everything waits for it in {}{}: {}", folder, spool_name, store.error());
    store = sql::store::later(s.storage);
  }
  if (!store) throw std::runtime_error(store.error());
  if (!store->connected()) return std::move(*store);
  if (auto const migrated = store->migrate(); !migrated) throw std::runtime_error(migrated.error());
  return std::move(*store);
}

std::string make_folder(std::string const& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw std::runtime_error(fmt::format("cannot create the folder {} for journals: {}", folder, error.message()));
  return fs::absolute(folder).string();
}

/// How often rules are looked at: often enough for the shortest window.
duration tick_of(settings const& s) { return s.game_day.compress < 4 ? 250ms : 50ms; }

/// The database's address for people: without its password.
std::string shown_database(settings const& s) {
  auto const address = sql::parse_address(s.storage);
  return address ? address->shown : std::string();
}

}  // namespace

/// In the order in which they may know each other; ended in the opposite one.
struct station::parts {
  settings config;
  std::string config_file, config_text;
  std::string log_level;
  std::shared_ptr<spdlog::logger> log;
  timeline calendar = read_timeline();
  asio::io_context control{1};
  real_clock time;
  std::string folder;
  secret token;
  sql::storage_thread storage;
  sql::patience patience;
  outbound calls;
  gateway path;
  std::unique_ptr<webhook_relay> webhooks;
  link& front;  // what faults are handed to and reports come from: the relay before the path, if there is one
  monitor::outbox_worker outbox;
  monitor::channel_watch channel_health;
  monitor::alertmanager_feed feed;
  std::string probe_name = monitor::probe_agent(std::random_device{}());
  monitor::prober probes;
  monitor::watch watch;
  monitor::pulse pulse;
  monitor::learner learner;
  interrupted_runs interrupted;
  std::unique_ptr<toxics::toxiproxy_thread> toxiproxy;  // null without [toxiproxy]
  fault_desk desk;
  runner runs;
  api routes;
  http_server server;

  parts(settings s, std::string file, std::string const& level)
      : config(std::move(s)),
        config_file(std::move(file)),
        config_text(read_file(config_file).value_or("")),
        log_level(level),
        log(make_logger("up", log_level)),
        folder(make_folder(config.game_day.directory)),
        token(token_of_api(config)),
        storage(open_store(config, folder, *log)),
        path(path_with_ear()),
        webhooks(relay_of(config, path, make_logger("webhooks", log_level))),
        front(webhooks ? static_cast<link&>(*webhooks) : path),
        outbox({control.get_executor(), time, calendar, storage, calls, make_logger("outbox", log_level)}, channels()),
        channel_health({control.get_executor(), time, calendar, storage, calls, make_logger("outbox", log_level)},
                       outbox),
        feed(outbox.channels(), calls, make_logger("outbox", log_level)),
        probes(config.probes, read_token(config.probes.authorization_file), probe_name, calls,
               make_logger("probes", log_level)),
        watch({control.get_executor(), time, front, storage, outbox, make_logger("monitor", log_level),
               folder + spool_name, copy_file(), client_of("127.0.0.1", probe_name)},
              watch_settings(config, calendar), tick_of(config)),
        pulse(storage, calendar, [this](sql::batch const& rows) { watch.copy(rows); }),
        learner({control.get_executor(), calendar, storage, watch.state(), make_logger("usual", log_level)},
                config.usual),
        interrupted({control.get_executor(), storage, log}, calendar.at(time.now())),
        toxiproxy(toxiproxy_beside(config, {token, calendar, storage, make_logger("toxiproxy", log_level)})),
        desk({control.get_executor(), time, calendar, front, storage, make_logger("faults", log_level),
              folder + latch_name},
             config.faults),
        runs({time, calendar, desk, watch, front, make_logger("runner", log_level), folder, shown_database(config),
              fmt::format("pid {}", getpid()), config.upstream.dialect}),
        routes({config, time, calendar, runs, desk, watch, outbox, front,
                dialects::make_dialect(config.upstream.dialect, dialect_of(config))->error_codes(), token, &storage,
                &channel_health}),
        server(control, {.listen = config.api.listen, .tls = {}, .name = "api"},
               [this](http_request request) { return routes.answer(std::move(request)); }) {
    watch.on_exchange([this](exchange const& x) {
      desk.saw(x);
      runs.saw(x);
    });
    watch.on_probe([this](exchange const& x) {
      desk.saw(x);
      runs.probed(x);
    });
    watch.on_effects([this](monitor::effects const& what) { runs.saw(what); });
    watch.on_accepted([this](std::string const& notification, time_point at) { runs.accepted(notification, at); });
    if (toxiproxy) desk.on_latch([this](auto const& reason) { toxiproxy->latch(reason); });
    watch.on_tick([this](time_point now) {
      desk.tick();
      runs.tick(now);
      channel_health.tick();
      feed.tick(watch.state(), now);
      probes.tick(now);
      pulse.tick(now);
      learner.tick(now);
      interrupted.tick(now, watch.kept().behind());
      auto const [steps, busy] = storage.how_far();
      if (patience.over(steps, busy, now) && storage.cut())
        log->error("the database has answered nothing for {}: the connection to it is cut", show(patience.limit));
    });
  }

  /// SQLite is as near as a file of our own.
  std::string copy_file() const {
    return config.storage.starts_with("postgres") ? folder + spool_name + "/known" : std::string();
  }

  /// What the data path learns of links, the way in for webhooks is told, and the monitor.
  gateway_settings path_with_ear() {
    auto s = path_of(config, make_logger("proxy", log_level));
    s.on_learned = [this](std::vector<dialects::learned> const& facts) {
      if (webhooks) webhooks->learn(facts);
      if (std::ranges::any_of(facts, &dialects::learned::is_link))
        asio::post(control, [this, facts] { count_links(facts); });
    };
    return s;
  }
  void count_links(std::vector<dialects::learned> const& facts) {
    for (auto const& fact : facts)
      if (fact.is_link) watch.state().learn_link(fact.institution, fact.id);
  }

  std::vector<monitor::channel> channels() const {
    std::vector<monitor::channel> result;
    for (auto const& c : config.channels) result.push_back(with_secrets(c));
    return result;
  }

  /// What a new configuration says about limits and certificates, without closing a connection. Unless all of it is
  /// right, everything stays as it was.
  void reload() {
    auto const text = read_file(config_file);
    if (!text) return kept(text.error());
    auto const fresh = check_settings(*text, config_file);
    if (!fresh) return kept(explain(fresh.error(), *text));
    try {
      webhook_relay::terms const hooks{identity_of(fresh->proxy.own), fresh->webhooks.ca};
      if (webhooks) webhooks->check(hooks);  // before anything changes
      path.reload(path_of(*fresh, make_logger("proxy", log_level)));
      if (webhooks) webhooks->reload(hooks);
    } catch (std::exception const& e) {
      return kept(e.what());
    }
    log->info("limits and certificates of {} are in force", config_file);
    for (auto const& key : keys_that_need_a_restart(config_text, *text))
      log->warn("{}: {} has changed since the start, and only a restart takes that over", config_file, key);
  }
  void kept(std::string const& why) {
    log->error("{} was not taken over, what was in force stays so: {}", config_file, why);
  }

  /// Every fault is lifted, nobody new comes in, and what is in flight gets its time.
  asio::awaitable<void> end() {
    log->info("ending: every fault is lifted first");
    runs.shut_down("vendaval was asked to end");
    desk.clear_all("shutdown");
    if (toxiproxy) toxiproxy->latch("shutdown");
    path.wind_down();
    auto const limit = time.now() + config.limits.drain;
    while (path.open() > 0 && time.now() < limit) co_await time.sleep_for(20ms);
    if (auto const left = path.open())
      log->warn("{} connections are cut off: drain = {} has passed", left, show(config.limits.drain));
    control.stop();
  }

  /// Alerts and incidents go on where the process before this one left them.
  void remember() {
    std::promise<sql::result<sql::batch>> read;
    auto waiting = read.get_future();
    bool const taken = storage.run([&](sql::store& store) { read.set_value(monitor::remembered_rows(store)); });
    auto stored = taken ? waiting.get() : std::unexpected(std::string("storage is overloaded"));
    for (auto const& line : watch.go_on(std::move(stored))) log->info("{}", line);
  }
};

station::station(settings s, std::string const& config_file, std::string const& log_level)
    : parts_(std::make_unique<parts>(std::move(s), config_file, log_level)) {
  auto& p = *parts_;
  p.remember();
  p.log->info("configuration {}: {} institutions, {} rules, {} channels", config_file, p.config.banks.all().size(),
              p.config.rules.size(), p.config.channels.size());
}

station::~station() = default;

void station::run() {
  auto& p = *parts_;
  prctl(PR_SET_DUMPABLE, 0);  // a core dump would hold tokens
  asio::signal_set signals(p.control, SIGINT, SIGTERM);
  bool ending = false;
  whenever(signals, [&p, &ending] {
    if (std::exchange(ending, true)) return p.control.stop();  // asked twice: now
    asio::co_spawn(p.control, p.end(), [&p](std::exception_ptr thrown) {
      if (thrown) p.control.stop();
    });
  });
  asio::signal_set kill(p.control, SIGUSR1), hang_up(p.control, SIGHUP);
  whenever(kill, [&p] { p.desk.stop("SIGUSR1", "signal"); });
  whenever(hang_up, [&p] { p.reload(); });
  latch_watch const by_hand(p.control, p.folder + latch_name, [&p](std::string const& said) {
    if (!p.desk.stopped()) p.desk.stop(said.empty() ? "somebody made the file kill-switch" : said, "file");
  });
  auto const ended = [&p](char const* what) {
    return [&p, what](std::exception_ptr thrown) {
      if (!thrown) return;
      try {
        std::rethrow_exception(thrown);
      } catch (std::exception const& e) {
        p.log->error("{} ended by itself, so vendaval ends too: {}", what, e.what());
      }
      p.desk.clear_all("failure");
      p.control.stop();
    };
  };
  asio::co_spawn(p.control, p.watch.run(), ended("the monitor"));
  asio::co_spawn(p.control, p.outbox.run(), ended("the outbox worker"));
  auto const descriptors = raise_descriptor_limit();
  if (descriptors < 2ull * p.config.limits.connections + 256)
    p.log->warn(
        "limits.connections = {} may need {} descriptors and this process may have {}: raise LimitNOFILE (ulimit -n)",
        p.config.limits.connections, 2ull * p.config.limits.connections + 256, descriptors);
  p.path.start();
  if (p.webhooks) p.webhooks->start();
  p.server.start();
  if (p.toxiproxy) p.toxiproxy->start();
  p.log->info("proxy on {}{}, API on http://{}, upstream {}",
              p.config.proxy.own.certificate.empty() ? "http://" : "https://", p.config.proxy.listen.text(),
              p.config.api.listen.text(), p.config.upstream.url);
  p.control.run();
  if (p.webhooks) p.webhooks->stop();
  p.path.stop();
  p.watch.finish();
  p.storage.stop();
  p.log->info("ended");
}

}  // namespace vendaval::controller
