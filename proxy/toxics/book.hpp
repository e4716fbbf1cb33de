#pragma once
/// Every proxy there is and the toxics hung on each: Toxiproxy's state and its rules. Listeners are somebody else's.
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proxy/faults/deny_window.hpp"
#include "proxy/places.hpp"
#include "proxy/toxics/wire_format.hpp"

namespace vendaval::toxics {

/// Bytes through one proxy in one direction, counted as they pass.
struct byte_counts {
  std::uint64_t received = 0, sent = 0;
};

/// What the book asks of whoever owns sockets. Nothing here waits for a connection.
struct wiring {
  virtual ~wiring() = default;
  /// Opens the listener of this proxy and gives the address it really has, or what the system says is wrong.
  virtual std::expected<std::string, std::string> open(proxy_entry const& proxy) = 0;
  /// Closes its listener and its connections.
  virtual void close(std::string const& name) = 0;
  /// Its toxics have changed, also for live connections.
  virtual void retune(proxy_entry const& proxy) = 0;
  /// A proxy of that name is no more: its counters go.
  virtual void forget(std::string const& name) = 0;
  virtual byte_counts counts(std::string const& name, direction way) const = 0;
};

struct book_settings {
  lease_limits leases{};
  std::vector<allowed_host> allowed{};       // upstreams beside this machine; see proxy/places.hpp
  bool listen_anywhere = false;              // proxies may listen on addresses that other machines reach
  std::size_t proxies = 1000, toxics = 100;  // at most, toxics of each proxy
  std::vector<faults::deny_window> deny{};   // times in which nothing may go wrong
  timeline calendar{};                       // in which they are
};

class proxy_book {
 public:
  template <class T>
  using result = std::expected<T, refusal>;

  proxy_book(book_settings s, wiring& w) : settings_(std::move(s)), wiring_(w) {}

  std::map<std::string, proxy_entry> const& all() const { return all_; }
  proxy_entry const* find(std::string const& name) const;
  byte_counts counts(std::string const& name, direction way) const { return wiring_.counts(name, way); }

  /// Toxics in `body` are taken along.
  result<proxy_entry const*> create(json::object const& body, time_point now);
  /// Everything is read before anything is made. What was made before a listener failed stays; `made` has the names.
  problem populate(json::array const& body, time_point now, std::vector<std::string>& made);
  result<proxy_entry const*> update(std::string const& name, json::object const& body, time_point now);
  problem remove(std::string const& name);

  result<toxic const*> toxic_of(std::string const& proxy, std::string const& name) const;
  result<toxic const*> add_toxic(std::string const& proxy, json::object const& body, time_point now);
  result<toxic const*> change_toxic(std::string const& proxy, std::string const& name, json::object const& body,
                                    time_point now);
  problem remove_toxic(std::string const& proxy, std::string const& name);
  /// Enables every proxy and takes every toxic away; what a proxy holds goes on at once. Gives the first proxy's
  /// trouble, after all of them were tried.
  problem reset();

  /// The kill switch: reset(), and nothing can go wrong again until release().
  void stop(std::string reason);
  void release() { stopped_.reset(); }
  std::optional<std::string> const& stopped() const { return stopped_; }

  /// Takes away toxics whose lease has ended, and in a deny window everything that is wrong. Has anything changed?
  bool tick(time_point now);

 private:
  struct newcomer {
    proxy_entry proxy;
    bool brings_toxics = false;
  };
  problem may_break(time_point now) const;
  bool well() const;
  problem read_new(json::object const& body, time_point now, proxy_entry& out, std::string const& where);
  problem check(proxy_entry const& p) const;
  problem hang(proxy_entry& on, json::object const& body, time_point now);
  problem settle(newcomer fresh);
  problem add(proxy_entry p);
  problem open(proxy_entry& p);
  problem change(proxy_entry& live, proxy_entry wanted);
  bool untouched(proxy_entry const& wanted) const;

  book_settings settings_;
  wiring& wiring_;
  std::map<std::string, proxy_entry> all_;
  std::optional<std::string> stopped_;
  std::uint64_t last_id_ = 0;
};

}  // namespace vendaval::toxics
