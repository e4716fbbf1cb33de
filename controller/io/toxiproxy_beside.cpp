#include "controller/io/toxiproxy_beside.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/dice.hpp"
#include "base/io/file.hpp"
#include "controller/version.hpp"
#include "sql/uuid.hpp"

namespace vendaval::controller {

std::unique_ptr<toxics::toxiproxy_thread> toxiproxy_beside(settings const& s, secret token,
                                                           std::shared_ptr<spdlog::logger> log) {
  if (!s.toxiproxy) return nullptr;
  toxics::toxiproxy_settings t{.listen = s.toxiproxy->listen, .token = std::move(token), .log = std::move(log)};
  t.version = version;
  t.own_switch = false;
  t.book.leases.usual = s.toxiproxy->lease;
  for (auto const& host : s.upstream.allow)
    if (auto const parsed = allowed_host::parse(host)) t.book.allowed.push_back(*parsed);
  t.seed = s.game_day.seed.value_or(dice::key(sql::new_uuid()));
  auto const& file = s.toxiproxy->config;
  auto const proxies = file.empty() ? std::string() : read_file(file);
  if (!proxies) throw std::runtime_error(fmt::format("toxiproxy.config: cannot read {}: {}", file, proxies.error()));
  return std::make_unique<toxics::toxiproxy_thread>(std::move(t), *proxies, file);
}

}  // namespace vendaval::controller
