#include "base/io/http_server.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <list>
#include <stdexcept>

#include "base/io/clock.hpp"
#include "base/io/deadline.hpp"
#include "base/io/log.hpp"

namespace vendaval {
namespace {

namespace http = boost::beast::http;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using parser = http::request_parser<http::string_body>;

constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::size_t read_ahead = 64 * 1024;
constexpr duration longest_handshake = 10s;
constexpr duration longest_farewell = 1s;

http_request plain(http::request<http::string_body>&& message, std::string const& peer) {
  http_request result{std::string(message.method_string()), std::string(message.target()), {}, {}, peer};
  for (auto const& field : message.base())
    result.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  result.body = std::move(message.body());
  return result;
}

/// What a request that cannot be read deserves; nothing when the client has simply gone.
std::optional<http_response> refusal(error_code error, bytes body_limit) {
  auto const say = [](unsigned status, std::string text) {
    return http_response{status, std::move(text) + "\n", "text/plain; charset=utf-8", {}};
  };
  if (error == http::error::body_limit) return say(413, fmt::format("the body is longer than {}", show(body_limit)));
  if (error == http::error::header_limit)
    return say(431, fmt::format("the request's head is longer than {}", show(bytes{header_limit})));
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == make_error_code(http::error::bad_version).category())
    return say(400, fmt::format("this is not HTTP/1.1: {}", error.message()));
  return std::nullopt;
}

/// A header's value cannot end its line, whatever the handler put into it.
std::string one_line(std::string text) {
  for (auto& c : text)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  return text;
}

struct delivery {
  unsigned version = 11;  // of the request: 10 or 11
  bool keep = false;      // the connection stays open afterwards
  bool head_only = false;
};

/// Status line and headers, and the body unless the request or the status forbids one.
std::string wire(http_response const& response, delivery how, std::string const& server) {
  bool const bodiless = response.status < 200 || response.status == 204 || response.status == 304;
  auto const reason = http::obsolete_reason(static_cast<http::status>(response.status));
  auto const now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string text = fmt::format("HTTP/1.1 {} {}\r\nServer: {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n",
                                 response.status, std::string_view(reason.data(), reason.size()), server,
                                 fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  if (!bodiless && !response.content_type.empty())
    text += fmt::format("Content-Type: {}\r\n", one_line(response.content_type));
  if (!bodiless) text += fmt::format("Content-Length: {}\r\n", response.body.size());
  for (auto const& header : response.headers)
    text += fmt::format("{}: {}\r\n", one_line(header.name), one_line(header.value));
  if (!how.keep)
    text += "Connection: close\r\n";
  else if (how.version < 11)
    text += "Connection: keep-alive\r\n";
  text += "\r\n";
  if (!bodiless && !how.head_only) text += response.body;
  return text;
}

std::string sentence(http_server::settings const& s, error_code error) {
  auto const where = fmt::format("{} ({})", s.listen.text(), s.name);
  if (error == asio::error::address_in_use)
    return where + " is in use by another program; free it or choose another address";
  if (error == asio::error::access_denied) return where + " may not be opened by this user; choose a port from 1024 up";
  if (error.value() == EADDRNOTAVAIL) return where + " is not an address of this machine; choose one of its own";
  return fmt::format("{} cannot be opened: {}", where, error.message());
}

tcp::acceptor open_listener(asio::io_context& io, http_server::settings const& s) {
  error_code error;
  tcp::resolver resolver(io);
  auto const found = resolver.resolve(s.listen.host, std::to_string(s.listen.port), tcp::resolver::passive, error);
  tcp::acceptor acceptor(io);
  if (!error) acceptor.open(found.begin()->endpoint().protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(found.begin()->endpoint(), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) acceptor.non_blocking(true, error);  // for let_in_who_waits()
  if (error) throw std::runtime_error(sentence(s, error));
  return acceptor;
}

}  // namespace

/// Held by the server and by every session, so that whoever ends last frees it.
struct http_server::state : std::enable_shared_from_this<state> {
  state(asio::io_context& i, settings s, handler h)
      : io(i), config(std::move(s)), handle(std::move(h)), acceptor(open_listener(io, config)) {
    if (config.tls) tls.emplace(server_context(*config.tls));
    if (!config.log) config.log = make_logger(config.name);
  }

  void start() {
    asio::co_spawn(io, accept_all(shared_from_this()), [self = shared_from_this()](std::exception_ptr error) {
      if (error) self->complain("listener", error);
    });
  }

  void close() {
    closed = true;
    error_code ignored;
    acceptor.close(ignored);
    for (auto& session : sessions) session.emit(asio::cancellation_type::terminal);
  }

  static asio::awaitable<void> accept_all(std::shared_ptr<state> self);
  static asio::awaitable<void> run(std::shared_ptr<state> self, tcp::socket socket);
  void let_in_who_waits();
  void open_session(tcp::socket socket);
  template <class Stream>
  asio::awaitable<void> serve(Stream& stream, std::string peer, deadline& idle);
  template <class Stream>
  asio::awaitable<error_code> read(Stream& stream, boost::beast::flat_buffer& buffer, parser& request, deadline& idle);
  asio::awaitable<http_response> answer(http_request request);
  void complain(std::string const& where, std::exception_ptr error) const;

  asio::io_context& io;
  settings config;
  handler handle;
  tcp::acceptor acceptor;
  std::optional<ssl::context> tls;
  real_clock time;
  std::list<asio::cancellation_signal> sessions;
  bool closed = false;
};

void http_server::state::complain(std::string const& where, std::exception_ptr error) const {
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& e) {
    config.log->error("{}: {}", where, e.what());
  } catch (...) {
    config.log->error("{}: an exception that is no std::exception", where);
  }
}

asio::awaitable<void> http_server::state::accept_all(std::shared_ptr<state> self) {
  while (!self->closed) {
    auto [error, socket] = co_await self->acceptor.async_accept(no_throw);
    if (self->closed) co_return;
    if (!error) {
      self->open_session(std::move(socket));
      self->let_in_who_waits();
      continue;
    }
    // Most often no file descriptor is free; they come back.
    self->config.log->warn("cannot accept a connection on {}: {}", self->config.listen.text(), error.message());
    co_await self->time.sleep_for(100ms);
  }
}

/// A busy loop comes back to its listener once in a round of all sessions that have something to do. One connection a
/// round would be too few: with a thousand busy sessions newcomers waited longer than anybody's patience.
void http_server::state::let_in_who_waits() {
  constexpr int at_once = 100;
  error_code error;
  for (int i = 0; i < at_once && !error; ++i) {
    tcp::socket socket(io);
    acceptor.accept(socket, error);
    if (!error) open_session(std::move(socket));
  }
}

void http_server::state::open_session(tcp::socket socket) {
  if (sessions.size() >= config.connections) return;
  auto const session = sessions.emplace(sessions.end());
  asio::co_spawn(
      io, run(shared_from_this(), std::move(socket)),
      asio::bind_cancellation_slot(session->slot(), [self = shared_from_this(), session](std::exception_ptr error) {
        self->sessions.erase(session);
        if (error && !self->closed) self->complain("connection", error);
      }));
}

/// One connection from accept to close.
asio::awaitable<void> http_server::state::run(std::shared_ptr<state> self, tcp::socket socket) {
  error_code error;
  socket.set_option(tcp::no_delay(true), error);
  auto const remote = socket.remote_endpoint(error);
  if (error) co_return;  // gone before we looked
  auto const peer = remote.address().to_string();
  deadline idle(self->time, self->config.idle);
  if (!self->tls) {
    auto work = self->serve(socket, peer, idle);
    co_await first_of(std::move(work), idle.guard());
    co_return;
  }
  ssl::stream<tcp::socket> stream(std::move(socket), *self->tls);
  auto const greet = [](ssl::stream<tcp::socket>& s, error_code& failed) -> asio::awaitable<void> {
    auto [why] = co_await s.async_handshake(ssl::stream_base::server, no_throw);
    failed = why;
  };
  auto handshake = greet(stream, error);
  bool const in_time = co_await within(self->time, longest_handshake, std::move(handshake));
  if (!in_time || error) co_return;
  idle.push();
  auto work = self->serve(stream, peer, idle);
  co_await first_of(std::move(work), idle.guard());
}

/// Reads one request; the head first, because a client may wait for our word before it sends the body.
template <class Stream>
asio::awaitable<error_code> http_server::state::read(Stream& stream, boost::beast::flat_buffer& buffer, parser& request,
                                                     deadline& idle) {
  request.header_limit(header_limit);
  request.body_limit(config.body_limit.count);
  auto [head_error, head_size] = co_await http::async_read_header(stream, buffer, request, no_throw);
  if (head_error) co_return head_error;
  bool const asks =
      request.get().version() >= 11 && boost::beast::iequals(request.get()[http::field::expect], "100-continue");
  if (asks && !request.is_done()) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [error, written] = co_await asio::async_write(stream, asio::buffer(go_on), no_throw);
    if (error) co_return error;
  }
  idle.push();
  auto [body_error, body_size] = co_await http::async_read(stream, buffer, request, no_throw);
  co_return body_error;
}

asio::awaitable<http_response> http_server::state::answer(http_request request) {
  auto const where = fmt::format("{} {}", request.method, request.path());
  std::exception_ptr error;
  try {
    co_return co_await handle(std::move(request));
  } catch (...) {
    error = std::current_exception();
  }
  if (!closed) complain(where, error);
  co_return http_response{
      500, "this request failed inside; the log of the program says why\n", "text/plain; charset=utf-8", {}};
}

/// Tells the client that no more will come and lets it read what was said: closing with unread bytes would reset the
/// connection and destroy our answer on its way.
asio::awaitable<void> farewell(tcp::socket& socket) {
  error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> dropped;
  for (std::size_t total = 0; total < (1u << 24);) {
    auto [error, n] = co_await socket.async_read_some(asio::buffer(dropped), no_throw);
    if (error) co_return;
    total += n;
  }
}

asio::awaitable<void> farewell(ssl::stream<tcp::socket>& stream) {
  co_await stream.async_shutdown(no_throw);
  co_await farewell(stream.next_layer());
}

template <class Stream>
asio::awaitable<void> http_server::state::serve(Stream& stream, std::string peer, deadline& idle) {
  boost::beast::flat_buffer buffer(header_limit + read_ahead);
  for (bool keep = true; keep;) {
    idle.push();
    parser request;
    auto error = co_await read(stream, buffer, request, idle);
    if (closed) co_return;
    bool const hosted = request.get().version() < 11 || request.get().count(http::field::host) == 1;
    if (!error && !hosted) error = http::error::bad_field;
    std::optional<http_response> response;
    delivery how{request.get().version(), false, request.get().method() == http::verb::head};
    if (error) {
      response = refusal(error, config.body_limit);
      if (!response) co_return;
    } else {
      keep = how.keep = request.keep_alive();
      auto message = plain(request.release(), peer);
      idle.hold();  // how long the handler takes is not the client's idleness
      response = co_await answer(std::move(message));
      if (closed) co_return;
    }
    keep = how.keep;
    auto const text = wire(*response, how, config.name);
    idle.push();
    auto [write_error, written] = co_await asio::async_write(stream, asio::buffer(text), no_throw);
    if (write_error) co_return;
  }
  auto goodbye = farewell(stream);
  co_await within(time, longest_farewell, std::move(goodbye));
}

http_server::http_server(asio::io_context& io, settings s, handler h)
    : state_(std::make_shared<state>(io, std::move(s), std::move(h))) {}

http_server::~http_server() { state_->close(); }

std::uint16_t http_server::port() const { return state_->acceptor.local_endpoint().port(); }

void http_server::present(tls_identity const& fresh) {
  if (!state_->tls)
    throw std::runtime_error(state_->config.name + " cannot begin to speak TLS while it runs: restart it");
  state_->tls = server_context(fresh);  // whoever shakes hands now holds the old one by reference count
}

void http_server::start() { state_->start(); }

}  // namespace vendaval
