#pragma once
#include <optional>
#include <thread>

#include "proxy/toxics/io/toxiproxy.hpp"

namespace vendaval::toxics {

/// A Toxiproxy on a thread of its own, beside a program that has other things to do.
class toxiproxy_thread {
 public:
  /// Throws as toxiproxy does. `proxies` is the text of a configuration file, empty for none.
  toxiproxy_thread(toxiproxy_settings s, std::string const& proxies, std::string const& file);
  ~toxiproxy_thread();
  toxiproxy_thread(toxiproxy_thread const&) = delete;

  void start();
  /// The kill switch, engaged for a reason or released; from any thread.
  void latch(std::optional<std::string> const& reason);

 private:
  boost::asio::io_context io_{1};
  toxiproxy server_;
  std::thread thread_;
};

}  // namespace vendaval::toxics
