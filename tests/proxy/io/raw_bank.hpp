#pragma once
#include <thread>

#include "tests/proxy/io/wire.hpp"

namespace vendaval::test {

/// An upstream without TLS that decides itself when it reads: `play` has each connection, one after the other.
class raw_bank {
 public:
  explicit raw_bank(std::function<void(wire&)> play) : play_(std::move(play)) {
    asio::ip::tcp::endpoint const at(asio::ip::address_v4::loopback(), 0);
    acceptor_.open(at.protocol());
    acceptor_.bind(at);
    acceptor_.listen();
    thread_ = std::thread([this] { serve(); });
  }
  ~raw_bank() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }
  raw_bank(raw_bank const&) = delete;
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void serve() {
    for (;;) {
      asio::ip::tcp::socket socket(io_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (error) return;
      wire one(std::move(socket));
      play_(one);
    }
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_{io_};
  std::function<void(wire&)> play_;
  std::thread thread_;
};

}  // namespace vendaval::test
