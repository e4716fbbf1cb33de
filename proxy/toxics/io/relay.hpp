#pragma once
#include <spdlog/logger.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/io/clock.hpp"
#include "proxy/io/channel.hpp"
#include "proxy/toxics/book.hpp"
#include "proxy/toxics/chain.hpp"
#include "proxy/toxics/http_units.hpp"

namespace vendaval::toxics {

/// What all connections of one proxy share.
struct route {
  std::string name;                                  // of the proxy
  std::string host, port;                            // of the upstream
  std::string verify_name;                           // of its certificate
  std::optional<asio::ssl::context> server, client;  // TLS towards the client; towards the upstream
  bool http = false;
  std::array<byte_counts, 2> counts{};  // by direction
};

/// What all connections work with.
struct relay_tools {
  asio::io_context& io;
  std::shared_ptr<spdlog::logger> log;
  real_clock time{};
  io::workbench bench{};

  /// What ended a connection of that proxy, or its listener, although nothing should have.
  void complain(std::string const& proxy, std::exception_ptr const& error) const;
};

/// One client and its upstream: bytes both ways, each through its chain of toxics. Lives on one thread.
class relay : public std::enable_shared_from_this<relay> {
 public:
  relay(std::shared_ptr<relay_tools> tools, io::tcp_socket client, std::shared_ptr<route> to, dice_keys keys,
        toxic_list const& toxics);

  /// From accept to close.
  asio::awaitable<void> run();
  /// The toxics are others now.
  void tune(toxic_list const& toxics);
  /// Both sides are told that this is the end; who does not listen is cut off a second later.
  void end();

 private:
  using timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                           asio::io_context::executor_type>;
  /// One direction.
  struct course {
    io::channel &from, &to;
    direction way;
    chain toxics;
    timer alarm;
    bool heard_end = false, writing = false, running = false;
  };

  asio::awaitable<bool> open();
  asio::awaitable<void> pump(course& c);
  asio::awaitable<void> send(course& c, piece p);
  asio::awaitable<void> wait(course& c);
  asio::awaitable<void> say_farewell(io::channel& to, course const& writes);
  bool receive(course& c);
  void give(course& c, std::string_view bytes);
  void finish(piece::ending how);
  void abort_after(duration patience);
  void abort();

  std::shared_ptr<relay_tools> tools_;
  std::shared_ptr<route> route_;
  io::channel client_, upstream_;
  http_units units_;
  course up_, down_;
  timer patience_;
  piece::ending over_ = piece::ending::none;
};

}  // namespace vendaval::toxics
