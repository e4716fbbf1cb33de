#include "proxy/toxics/book.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/listen_address.hpp"

namespace vendaval::toxics {
namespace {

constexpr std::string_view nowhere = "127.0.0.1:0";  // where a proxy listens that does not say where

/// "localhost" as the system will write it, so that two spellings of one address are alike.
std::string canonical(std::string const& listen) {
  auto const parsed = listen_address::parse(listen);
  if (!parsed || parsed->host != "localhost") return listen;
  return listen_address{"127.0.0.1", parsed->port}.text();
}

/// Go takes ":8080" for every address of the machine.
std::string with_host(std::string const& listen) {
  if (listen.empty()) return std::string(nowhere);
  return listen.starts_with(':') ? "[::]" + listen : listen;
}

auto named(std::string const& name) {
  return [&name](toxic const& t) { return t.name == name; };
}

}  // namespace

proxy_entry const* proxy_book::find(std::string const& name) const {
  auto const at = all_.find(name);
  return at == all_.end() ? nullptr : &at->second;
}

problem proxy_book::may_break(time_point now) const {
  if (stopped_)
    return refusal{
        503, fmt::format("the kill switch is engaged ({}): release it before anything goes wrong again", *stopped_)};
  if (auto const why = faults::why_denied(settings_.deny, settings_.calendar.at(now))) return refusal{503, *why};
  return std::nullopt;
}

bool proxy_book::well() const {
  return std::ranges::all_of(all_, [](auto const& one) { return one.second.toxics.empty() && one.second.enabled; });
}

/// Hosts off the list and those of real customers are not broken, whoever asks.
problem proxy_book::check(proxy_entry const& p) const {
  auto const upstream = listen_address::parse(p.upstream);
  if (!upstream) return refusal{400, fmt::format("upstream \"{}\" must be a host and a port", p.upstream)};
  auto const host = allowed_host::parse(upstream->text());
  if (!host || is_production_host(upstream->host))
    return refusal{403, fmt::format("{} serves real customers and is never broken", upstream->host)};
  auto const listed = [&](allowed_host const& a) {
    return a.name == host->name && (!a.port || *a.port == upstream->port);
  };
  if (!upstream->loopback() && std::ranges::none_of(settings_.allowed, listed))
    return refusal{403, fmt::format("upstream {} is neither on this machine nor allowed: start with --allow {}",
                                    p.upstream, p.upstream)};
  auto const listen = listen_address::parse(p.listen);
  if (!listen) return refusal{500, fmt::format("address {}: missing port in address", p.listen)};
  if (!listen->loopback() && !settings_.listen_anywhere)
    return refusal{403, fmt::format("{} would let other machines in: listen on 127.0.0.1, or start with "
                                    "--listen-anywhere",
                                    p.listen)};
  return std::nullopt;
}

problem proxy_book::read_new(json::object const& body, time_point now, proxy_entry& out, std::string const& where) {
  if (auto wrong = read_proxy(body, out)) return wrong;
  if (out.name.empty()) return refusal{400, "missing required field: name" + where};
  if (out.upstream.empty()) return refusal{400, "missing required field: upstream" + where};
  out.listen = with_host(out.listen);
  if (auto wrong = check(out)) return wrong;
  if (!out.enabled)
    if (auto wrong = may_break(now)) return wrong;
  auto const* const given = member(body, "toxics");
  if (!given) return std::nullopt;
  if (!given->is_array()) return refusal{400, "toxics must be an array" + where};
  for (auto const& one : given->get_array()) {
    if (!one.is_object()) return refusal{400, "toxics must be objects" + where};
    if (auto wrong = hang(out, one.get_object(), now)) return wrong;
  }
  return std::nullopt;
}

/// Reads one toxic into the proxy's list, in the order in which Toxiproxy checks it.
problem proxy_book::hang(proxy_entry& on, json::object const& body, time_point now) {
  if (auto wrong = may_break(now)) return wrong;
  toxic fresh;
  if (auto wrong = read_toxic(body, settings_.leases, now, fresh)) return wrong;
  if (std::ranges::any_of(on.toxics, named(fresh.name))) return refusal{409, "toxic already exists"};
  if (auto wrong = read_attributes(body, fresh.what)) return wrong;
  if (on.toxics.size() >= settings_.toxics)
    return refusal{409, fmt::format("{} has {} toxics, and more are not kept", on.name, settings_.toxics)};
  fresh.id = ++last_id_;
  on.toxics.push_back(std::move(fresh));
  return std::nullopt;
}

problem proxy_book::open(proxy_entry& p) {
  auto const real = wiring_.open(p);
  p.enabled = real.has_value();
  if (!real) return refusal{500, real.error()};
  p.listen = *real;
  return std::nullopt;
}

proxy_book::result<proxy_entry const*> proxy_book::create(json::object const& body, time_point now) {
  proxy_entry fresh;
  if (auto wrong = read_new(body, now, fresh, "")) return std::unexpected(*wrong);
  if (all_.contains(fresh.name)) return std::unexpected(refusal{409, "proxy already exists"});
  auto const name = fresh.name;
  if (auto wrong = add(std::move(fresh))) return std::unexpected(*wrong);
  return &all_.at(name);
}

/// The same listener and the same upstream as now: nothing to start again.
bool proxy_book::untouched(proxy_entry const& wanted) const {
  auto const* const live = find(wanted.name);
  return live && live->upstream == wanted.upstream && canonical(live->listen) == canonical(wanted.listen) &&
         live->speaks_as(wanted);
}

problem proxy_book::populate(json::array const& body, time_point now, std::vector<std::string>& made) {
  std::vector<newcomer> wanted;
  for (auto const& one : body) {
    auto const where = fmt::format(" at proxy {}", wanted.size() + 1);
    if (!one.is_object()) return refusal{400, "bad request body: " + wrong_root(one, "toxiproxy.Proxy")};
    auto& fresh = wanted.emplace_back();
    if (auto wrong = read_new(one.get_object(), now, fresh.proxy, where)) return wrong;
    fresh.brings_toxics = member(one.get_object(), "toxics") != nullptr;
  }
  for (auto& fresh : wanted) {
    auto const name = fresh.proxy.name;
    std::erase(made, name);  // the last one of a name takes the place of those before it
    if (auto wrong = settle(std::move(fresh))) return wrong;
    made.push_back(name);
  }
  return std::nullopt;
}

/// A proxy that is there already is left as it is, but for the toxics that come with it; another takes its place.
problem proxy_book::settle(newcomer fresh) {
  auto& p = fresh.proxy;
  if (untouched(p)) {
    auto& live = all_.at(p.name);
    if (!fresh.brings_toxics) return std::nullopt;
    live.toxics = std::move(p.toxics);
    wiring_.retune(live);
    return std::nullopt;
  }
  remove(p.name);
  return add(std::move(p));
}

/// Opens it, if it is to be open, and keeps it.
problem proxy_book::add(proxy_entry p) {
  if (all_.size() >= settings_.proxies)
    return refusal{409, fmt::format("there are {} proxies, and more are not kept", all_.size())};
  if (p.enabled)
    if (auto wrong = open(p)) return wrong;
  auto name = p.name;
  all_.insert_or_assign(std::move(name), std::move(p));
  return std::nullopt;
}

/// Makes `live` what is wanted of it. A listener that cannot be opened leaves it disabled at its new address.
problem proxy_book::change(proxy_entry& live, proxy_entry wanted) {
  bool const moved = canonical(wanted.listen) != canonical(live.listen) || wanted.upstream != live.upstream;
  bool const start = wanted.enabled && (moved || !live.enabled);
  if (live.enabled && (moved || !wanted.enabled)) wiring_.close(live.name);
  live = std::move(wanted);
  return start ? open(live) : std::nullopt;
}

proxy_book::result<proxy_entry const*> proxy_book::update(std::string const& name, json::object const& body,
                                                          time_point now) {
  auto const at = all_.find(name);
  if (at == all_.end()) return std::unexpected(refusal{404, "proxy not found"});
  auto wanted = at->second;
  if (auto wrong = read_proxy(body, wanted)) return std::unexpected(*wrong);
  wanted.name = name;
  if (!wanted.speaks_as(at->second))
    return std::unexpected(
        refusal{400, "http, tls and upstream_tls are settled when a proxy is made: delete it first"});
  wanted.listen = with_host(wanted.listen);
  if (auto wrong = check(wanted)) return std::unexpected(*wrong);
  if (!wanted.enabled && at->second.enabled)
    if (auto wrong = may_break(now)) return std::unexpected(*wrong);
  if (auto wrong = change(at->second, std::move(wanted))) return std::unexpected(*wrong);
  return &at->second;
}

problem proxy_book::remove(std::string const& name) {
  auto const at = all_.find(name);
  if (at == all_.end()) return refusal{404, "proxy not found"};
  if (at->second.enabled) wiring_.close(name);
  all_.erase(at);
  wiring_.forget(name);
  return std::nullopt;
}

proxy_book::result<toxic const*> proxy_book::toxic_of(std::string const& proxy, std::string const& name) const {
  auto const* const on = find(proxy);
  if (!on) return std::unexpected(refusal{404, "proxy not found"});
  auto const found = std::ranges::find_if(on->toxics, named(name));
  if (found == on->toxics.end()) return std::unexpected(refusal{404, "toxic not found"});
  return &*found;
}

proxy_book::result<toxic const*> proxy_book::add_toxic(std::string const& proxy, json::object const& body,
                                                       time_point now) {
  auto const at = all_.find(proxy);
  if (at == all_.end()) return std::unexpected(refusal{404, "proxy not found"});
  if (auto wrong = hang(at->second, body, now)) return std::unexpected(*wrong);
  wiring_.retune(at->second);
  return &at->second.toxics.back();
}

proxy_book::result<toxic const*> proxy_book::change_toxic(std::string const& proxy, std::string const& name,
                                                          json::object const& body, time_point now) {
  auto const known = toxic_of(proxy, name);
  if (!known) return known;
  auto changed = **known;
  if (auto wrong = update_toxic(body, settings_.leases, now, changed)) return std::unexpected(*wrong);
  auto& on = all_.at(proxy);
  auto& live = *std::ranges::find_if(on.toxics, named(name));
  live = std::move(changed);
  ++live.revision;
  wiring_.retune(on);
  return &live;
}

problem proxy_book::remove_toxic(std::string const& proxy, std::string const& name) {
  if (auto const known = toxic_of(proxy, name); !known) return known.error();
  auto& on = all_.at(proxy);
  std::erase_if(on.toxics, named(name));
  wiring_.retune(on);
  return std::nullopt;
}

problem proxy_book::reset() {
  problem first;
  for (auto& [name, p] : all_) {
    if (!p.toxics.empty()) {
      p.toxics.clear();
      wiring_.retune(p);
    }
    if (p.enabled) continue;
    if (auto wrong = open(p); wrong && !first) first = std::move(wrong);
  }
  return first;
}

void proxy_book::stop(std::string reason) {
  stopped_ = std::move(reason);
  reset();
}

bool proxy_book::tick(time_point now) {
  if (faults::denied_at(settings_.deny, settings_.calendar.at(now))) {
    if (well()) return false;
    reset();
    return true;
  }
  bool changed = false;
  for (auto& [name, p] : all_)
    if (std::erase_if(p.toxics, [&](toxic const& t) { return t.expires <= now; }) > 0) {
      wiring_.retune(p);
      changed = true;
    }
  return changed;
}

}  // namespace vendaval::toxics
