#include "proxy/toxics/io/relay.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>

namespace vendaval::toxics {
namespace {

constexpr std::size_t chunk = 32 * 1024;  // what Toxiproxy reads at once, and a toxic is applied to
constexpr duration longest_opening = 10s;
constexpr duration longest_farewell = 1s;

bool said_goodbye(io::error_code error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated;
}
bool must_wait(io::error_code error) { return error == asio::error::would_block || error == asio::error::try_again; }

}  // namespace

void relay_tools::complain(std::string const& proxy, std::exception_ptr const& error) const {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (std::exception const& e) {
    log->error("{}: ended by a failure of our own: {}", proxy, e.what());
  }
}

relay::relay(std::shared_ptr<relay_tools> tools, io::tcp_socket client, std::shared_ptr<route> to, dice_keys keys,
             toxic_list const& toxics)
    : tools_(std::move(tools)),
      route_(std::move(to)),
      client_(tools_->bench, tools_->io, std::move(client)),
      upstream_(tools_->bench, tools_->io),
      up_{client_, upstream_, direction::upstream, chain(direction::upstream, keys, route_->http),
          timer(tools_->io.get_executor())},
      down_{upstream_, client_, direction::downstream, chain(direction::downstream, keys, route_->http),
            timer(tools_->io.get_executor())},
      patience_(tools_->io.get_executor()) {
  tune(toxics);
}

void relay::tune(toxic_list const& toxics) {
  auto const now = tools_->time.now();
  for (auto* const c : {&up_, &down_}) {
    c->toxics.tune(toxics, now);
    c->alarm.cancel();
  }
}

void relay::end() { finish(piece::ending::close); }

asio::awaitable<void> relay::run() {
  auto const self = shared_from_this();
  abort_after(longest_opening);
  bool const opened = co_await open();
  patience_.cancel();
  if (opened) {
    up_.running = true;
    asio::co_spawn(tools_->io, pump(up_), [self](std::exception_ptr const& error) {
      self->tools_->complain(self->route_->name, error);
      if (error) self->finish(piece::ending::reset);
      self->up_.running = false;
      self->down_.alarm.cancel();
    });
    co_await pump(down_);
    while (up_.running) {
      down_.alarm.expires_at(time_point::max());
      co_await down_.alarm.async_wait(no_throw);
    }
  }
  if (over_ == piece::ending::reset) {
    client_.reset();
    upstream_.reset();
    co_return;
  }
  abort_after(longest_farewell);
  co_await say_farewell(client_, down_);
  if (opened) co_await say_farewell(upstream_, up_);
  patience_.cancel();
  abort();
}

/// The client is let in first, as Toxiproxy does: with a dead upstream it connects and then sees the end.
asio::awaitable<bool> relay::open() {
  io::error_code failed;
  if (route_->server) failed = co_await client_.accept_tls(*route_->server);
  if (failed) co_return false;
  failed = co_await upstream_.connect(route_->host, route_->port);
  if (!failed && route_->client) failed = co_await upstream_.connect_tls(*route_->client, route_->verify_name);
  if (failed) {
    auto const distrust = upstream_.distrust();
    tools_->log->warn("{}: the upstream {}:{} cannot be reached: {}", route_->name, route_->host, route_->port,
                      distrust.empty() ? failed.message() : distrust);
  }
  co_return !failed;
}

/// Until this direction has ended, or the whole connection has.
asio::awaitable<void> relay::pump(course& c) {
  while (over_ == piece::ending::none) {
    auto next = c.toxics.take(tools_->time.now());
    if (next && next->end == piece::ending::fin) {
      c.writing = true;
      co_await c.to.end_writing();
      c.writing = false;
      co_return;
    }
    if (next)
      co_await send(c, std::move(*next));
    else if (!receive(c))
      co_await wait(c);
  }
}

asio::awaitable<void> relay::send(course& c, piece p) {
  if (p.end != piece::ending::none) co_return finish(p.end);
  io::channel::pieces const what{asio::buffer(p.bytes), asio::const_buffer()};
  c.writing = true;
  auto const error = co_await c.to.write(what);
  c.writing = false;
  if (error) co_return finish(piece::ending::reset);
  route_->counts[static_cast<std::size_t>(c.way)].sent += p.bytes.size();
}

/// Takes what there is, if there is room for it. False when that was nothing.
bool relay::receive(course& c) {
  if (c.heard_end || !c.toxics.wants_more()) return false;
  std::array<char, chunk> room;
  auto const got = c.from.try_read(asio::buffer(room));
  if (must_wait(got.error)) return false;
  if (!got.error) {
    route_->counts[static_cast<std::size_t>(c.way)].received += got.count;
    give(c, {room.data(), got.count});
    return true;
  }
  c.heard_end = true;
  if (said_goodbye(got.error))
    c.toxics.give_end(tools_->time.now());
  else
    finish(piece::ending::reset);
  return true;
}

void relay::give(course& c, std::string_view bytes) {
  auto const now = tools_->time.now();
  if (!route_->http) return c.toxics.give(std::string(bytes), 0, now);
  auto parts = c.way == direction::upstream ? units_.request(bytes) : units_.answer(bytes);
  for (auto& part : parts) c.toxics.give(std::move(part.bytes), part.unit, now);
}

/// Until something is due, something has come, or the toxics have changed.
asio::awaitable<void> relay::wait(course& c) {
  c.alarm.expires_at(c.toxics.due());
  if (!c.heard_end && c.toxics.wants_more())
    c.from.when_readable([self = shared_from_this(), &c] { c.alarm.cancel(); });
  co_await c.alarm.async_wait(no_throw);
  c.from.stop_waiting();
}

void relay::finish(piece::ending how) {
  if (over_ != piece::ending::none) return;
  over_ = how;
  if (how == piece::ending::reset) {
    client_.reset();
    upstream_.reset();
  } else {
    abort_after(longest_farewell);
  }
  up_.alarm.cancel();
  down_.alarm.cancel();
}

/// What was written arrives before the end does, unless somebody is not reading.
asio::awaitable<void> relay::say_farewell(io::channel& to, course const& writes) {
  if (!to.socket().is_open() || writes.writing) co_return;
  co_await to.close_politely();
  for (std::array<char, 4096> dropped;;) {
    auto const got = co_await to.read_some(asio::buffer(dropped));
    if (got.error) co_return;
  }
}

void relay::abort_after(duration patience) {
  patience_.expires_after(patience);
  patience_.async_wait([self = shared_from_this()](io::error_code error) {
    if (!error) self->abort();
  });
}

void relay::abort() {
  client_.abort();
  upstream_.abort();
}

}  // namespace vendaval::toxics
