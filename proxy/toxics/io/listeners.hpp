#pragma once
#include <spdlog/logger.h>

#include <map>
#include <memory>

#include "proxy/toxics/io/relay.hpp"

namespace vendaval::toxics {

/// The sockets of every proxy: its listener and its connections, all on one thread.
class listeners final : public wiring {
 public:
  static constexpr std::size_t most_connections = 10'000;  // of all proxies; one more is closed at once

  listeners(asio::io_context& io, std::uint64_t seed, std::shared_ptr<spdlog::logger> log);
  ~listeners() override;
  listeners(listeners const&) = delete;

  std::expected<std::string, std::string> open(proxy_entry const& proxy) override;
  void close(std::string const& name) override;
  void retune(proxy_entry const& proxy) override;
  void forget(std::string const& name) override;
  byte_counts counts(std::string const& name, direction way) const override;

 private:
  struct live;
  struct shared;
  std::shared_ptr<shared> shared_;
};

}  // namespace vendaval::toxics
