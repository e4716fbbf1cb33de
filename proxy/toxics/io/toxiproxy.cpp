#include "proxy/toxics/io/toxiproxy.hpp"

#include <fmt/format.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <stdexcept>

#include "base/io/clock.hpp"
#include "base/io/http_server.hpp"
#include "base/io/own_api.hpp"
#include "proxy/toxics/api.hpp"
#include "proxy/toxics/io/listeners.hpp"

namespace vendaval::toxics {
namespace {

constexpr duration between_looks = 50ms;  // at leases that have ended; connections see to theirs themselves

http_response refused(unsigned status, std::string text) {
  return {status, show(refusal{status, std::move(text)}) + "\n", "text/plain; charset=utf-8", {}};
}

}  // namespace

struct toxiproxy::state {
  state(asio::io_context& io, toxiproxy_settings s)
      : config(std::move(s)),
        sockets(io, config.seed, config.log),
        book(config.book, sockets),
        routes(book, config.version, config.seed),
        server(io, {.listen = config.listen, .tls = {}, .name = "toxiproxy", .log = config.log},
               [this](http_request request) -> asio::awaitable<http_response> { co_return answer(request); }),
        clockwork(io.get_executor()) {
    if (!config.listen.loopback() && config.token.reveal().size() < 32)
      throw std::runtime_error(
          fmt::format("the Toxiproxy API on {} could be reached from other machines without a token: add --token-file "
                      "with at least 32 characters (openssl rand -hex 32), or listen on 127.0.0.1",
                      config.listen.text()));
  }

  http_response answer(http_request const& request) {
    if (config.token.empty() && !is_own_name(request.header("Host").value_or(""), config.listen))
      return refused(421, "this API answers only under its own address");
    if (!shows_token(request, config.token)) return refused(401, "a token is needed: Authorization: Bearer …");
    if (!config.own_switch && request.path().starts_with("/v1/"))
      return refused(404, "the kill switch of this program is at its own API");
    auto result = routes.answer(request, time.now());
    if (request.method != "GET")
      config.log->info("{} {} of {}: {}", request.method, request.path(), request.peer, result.status);
    return result;
  }

  void tick() {
    clockwork.expires_after(between_looks);
    clockwork.async_wait([this](boost::system::error_code error) {
      if (error) return;
      book.tick(time.now());
      tick();
    });
  }

  toxiproxy_settings config;
  real_clock time;
  listeners sockets;
  proxy_book book;
  api routes;
  http_server server;
  asio::basic_waitable_timer<std::chrono::steady_clock> clockwork;
};

toxiproxy::toxiproxy(asio::io_context& io, toxiproxy_settings s) : state_(std::make_unique<state>(io, std::move(s))) {}
toxiproxy::~toxiproxy() = default;

void toxiproxy::start() {
  state_->server.start();
  state_->tick();
}

std::uint16_t toxiproxy::port() const { return state_->server.port(); }

void toxiproxy::populate(std::string const& text, std::string const& file) {
  auto const parsed = parse_body(text);
  if (!parsed) throw std::runtime_error(fmt::format("{}: {}", file, parsed.error()));
  if (!parsed->is_array()) throw std::runtime_error(fmt::format("{}: an array of proxies is wanted", file));
  std::vector<std::string> made;
  if (auto const wrong = state_->book.populate(parsed->get_array(), state_->time.now(), made))
    throw std::runtime_error(fmt::format("{}: {}", file, wrong->text));
}

void toxiproxy::stop(std::string const& reason) {
  state_->book.stop(reason);
  state_->config.log->warn("the kill switch is engaged ({}): no toxic is left, every proxy is enabled", reason);
}

void toxiproxy::release() {
  state_->book.release();
  state_->config.log->warn("the kill switch is released");
}

}  // namespace vendaval::toxics
