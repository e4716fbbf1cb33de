#include "controller/io/toxiproxy_beside.hpp"

#include <fmt/format.h>

#include <future>
#include <stdexcept>

#include "base/dice.hpp"
#include "base/io/file.hpp"
#include "controller/version.hpp"
#include "sql/uuid.hpp"

namespace vendaval::controller {

namespace {

toxics::toxic_audit audit_of(beside_tools const& tools) {
  return [&storage = tools.storage, calendar = tools.calendar](toxics::toxic_record record, auto done) {
    sql::audit_row row;
    row.at = calendar.at(std::chrono::steady_clock::now());
    row.action = std::move(record.action);
    row.actor = std::move(record.actor);
    row.reason = std::move(record.what);
    row.result = std::move(record.result);
    sql::batch batch;
    batch.audit.push_back(std::move(row));
    bool const taken = storage.submit(
        std::move(batch), [done](sql::result<> written) { done(written ? std::string() : written.error()); });
    if (!taken) done("storage is overloaded");
  };
}

/// Toxics that come with the configuration are written down like any others, or there are none.
void write_down_file(toxics::toxic_audit const& audit, std::string const& file) {
  std::promise<std::string> written;
  audit({"toxic", "config", "populate from " + file, "asked"},
        [&written](std::string trouble) { written.set_value(std::move(trouble)); });
  if (auto const trouble = written.get_future().get(); !trouble.empty())
    throw std::runtime_error(
        fmt::format("toxiproxy.config: {} was not taken, since no audit record could be written: {}", file, trouble));
}

}  // namespace

std::unique_ptr<toxics::toxiproxy_thread> toxiproxy_beside(settings const& s, beside_tools const& tools) {
  if (!s.toxiproxy) return nullptr;
  toxics::toxiproxy_settings t{.listen = s.toxiproxy->listen, .token = tools.token, .log = tools.log};
  t.audit = audit_of(tools);
  t.book.deny = s.faults.deny;
  t.book.calendar = tools.calendar;
  t.version = version;
  t.own_switch = false;
  t.book.leases.usual = s.toxiproxy->lease;
  for (auto const& host : s.upstream.allow)
    if (auto const parsed = allowed_host::parse(host)) t.book.allowed.push_back(*parsed);
  t.seed = s.game_day.seed.value_or(dice::key(sql::new_uuid()));
  auto const& file = s.toxiproxy->config;
  auto const proxies = file.empty() ? std::string() : read_file(file);
  if (!proxies) throw std::runtime_error(fmt::format("toxiproxy.config: cannot read {}: {}", file, proxies.error()));
  if (!file.empty()) write_down_file(t.audit, file);
  return std::make_unique<toxics::toxiproxy_thread>(std::move(t), *proxies, file);
}

}  // namespace vendaval::controller
