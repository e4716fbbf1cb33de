#include "proxy/toxics/io/toxiproxy_thread.hpp"

#include <boost/asio/post.hpp>

namespace vendaval::toxics {

toxiproxy_thread::toxiproxy_thread(toxiproxy_settings s, std::string const& proxies, std::string const& file)
    : server_(io_, std::move(s)) {
  if (!proxies.empty()) server_.populate(proxies, file);
}

toxiproxy_thread::~toxiproxy_thread() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

void toxiproxy_thread::start() {
  server_.start();
  thread_ = std::thread([this] { io_.run(); });
}

void toxiproxy_thread::latch(std::optional<std::string> const& reason) {
  boost::asio::post(io_, [this, reason] {
    if (reason)
      server_.stop(*reason);
    else
      server_.release();
  });
}

}  // namespace vendaval::toxics
