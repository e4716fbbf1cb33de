#pragma once
#include <map>
#include <set>
#include <string>

#include "base/listen_address.hpp"
#include "proxy/toxics/api.hpp"

namespace vendaval::toxics {

/// A system without sockets: ports are given out in order, and one that is taken is taken.
struct fake_wiring final : wiring {
  std::expected<std::string, std::string> open(proxy_entry const& p) override {
    auto at = *listen_address::parse(p.listen);
    if (at.host == "localhost") at.host = "127.0.0.1";
    if (at.port == 0) at.port = next_ports.empty() ? 40000 : next_ports.front();
    if (p.listen.ends_with(":0") && !next_ports.empty()) next_ports.erase(next_ports.begin());
    auto const real = at.text();
    for (auto const& [name, taken] : listening)
      if (taken == real) return std::unexpected("listen tcp " + real + ": bind: address already in use");
    listening[p.name] = real;
    return real;
  }
  void close(std::string const& name) override { listening.erase(name); }
  void retune(proxy_entry const& p) override { tuned[p.name] = p.toxics.size(); }
  void forget(std::string const& name) override { forgotten.insert(name); }
  byte_counts counts(std::string const&, direction way) const override {
    return way == direction::upstream ? byte_counts{7, 5} : byte_counts{70, 50};
  }

  std::vector<std::uint16_t> next_ports;
  std::map<std::string, std::string> listening;
  std::map<std::string, std::size_t> tuned;  // toxics of the last retune
  std::set<std::string> forgotten;
};

/// The whole API over it.
struct fake_server {
  explicit fake_server(book_settings s = {}) : book(std::move(s), wires) {}
  http_response ask(std::string method, std::string path, std::string body = {}, std::string agent = {}) {
    http_request request{std::move(method), std::move(path), {}, std::move(body), "127.0.0.1"};
    if (!agent.empty()) request.headers.push_back({"User-Agent", agent});
    return routes.answer(request, now);
  }

  time_point now{1h};
  fake_wiring wires;
  proxy_book book;
  api routes{book, "0.1.0", 1};
};

}  // namespace vendaval::toxics
