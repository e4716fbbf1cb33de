#include "proxy/toxics/io/toxiproxy.hpp"

#include <fmt/format.h>

#include <boost/asio/basic_waitable_timer.hpp>
#include <map>
#include <stdexcept>

#include "base/io/await.hpp"
#include "base/io/clock.hpp"
#include "base/io/http_server.hpp"
#include "base/io/own_api.hpp"
#include "base/redact.hpp"
#include "proxy/toxics/api.hpp"
#include "proxy/toxics/io/listeners.hpp"

namespace vendaval::toxics {
namespace {

constexpr std::size_t longest_record = 300;  // of a body, in the audit
constexpr duration between_looks = 50ms;     // at leases that have ended; connections see to theirs themselves

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
               [this](http_request request) { return answer(std::move(request)); }),
        clockwork(io.get_executor()) {
    if (!config.listen.loopback() && config.token.reveal().size() < 32)
      throw std::runtime_error(
          fmt::format("the Toxiproxy API on {} could be reached from other machines without a token: add --token-file "
                      "with at least 32 characters (openssl rand -hex 32), or listen on 127.0.0.1",
                      config.listen.text()));
  }

  asio::awaitable<http_response> answer(http_request request) {
    if (config.token.empty() && !is_own_name(request.header("Host").value_or(""), config.listen))
      co_return refused(421, "this API answers only under its own address");
    if (!shows_token(request, config.token)) co_return refused(401, "a token is needed: Authorization: Bearer …");
    if (!config.own_switch && request.path().starts_with("/v1/"))
      co_return refused(404, "the kill switch of this program is at its own API");
    if (could_harm(request) && config.audit) {
      auto const trouble = co_await await_callback<std::string>(
          [this, record = record_of(request, "asked")](auto done) { config.audit(record, std::move(done)); });
      if (!trouble.empty()) co_return refused(503, "no audit record, so nothing was changed: " + trouble);
    }
    auto result = routes.answer(request, time.now());
    if (request.method != "GET") {
      config.log->info("{} {} of {}: {}", request.method, request.path(), request.peer, result.status);
      if (could_harm(request) && result.status >= 400) write_down(record_of(request, "refused: " + result.body));
      follow("removed by " + actor_of(request));
    }
    co_return result;
  }

  /// Everything that changes something but for what only takes toxics away: that must work whatever the audit does.
  static bool could_harm(http_request const& request) {
    bool const changes = request.method == "POST" || request.method == "PATCH" || request.method == "PUT";
    return changes && request.path() != "/reset" && !request.path().starts_with("/v1/");
  }
  static std::string actor_of(http_request const& request) {
    auto const who = request.header("X-Vendaval-Actor");
    return who && who->size() <= 100 ? std::string(*who) : "toxiproxy:" + request.peer;
  }
  static toxic_record record_of(http_request const& request, std::string const& result) {
    auto const body = redact(std::string_view(request.body).substr(0, longest_record));
    return {"toxic", actor_of(request), fmt::format("{} {} {}", request.method, request.path(), body),
            result.substr(0, longest_record)};
  }
  void write_down(toxic_record record) {
    if (!config.audit) return;
    config.audit(std::move(record), [log = config.log](std::string const& trouble) {
      if (!trouble.empty()) log->error("an audit record was lost: {}", trouble);
    });
  }

  /// One record for the end of every toxic that was there before and is no more.
  void follow(std::string const& why) {
    if (!config.audit) return;
    std::map<std::uint64_t, std::string> there;
    for (auto const& [name, p] : book.all())
      for (auto const& t : p.toxics) there.emplace(t.id, fmt::format("{}/{}", name, t.name));
    for (auto const& [id, name] : hung)
      if (!there.contains(id)) write_down({"end", "toxiproxy", name, why});
    hung = std::move(there);
  }

  void tick() {
    clockwork.expires_after(between_looks);
    clockwork.async_wait([this](boost::system::error_code error) {
      if (error) return;
      if (book.tick(time.now())) follow("lease or deny window");
      tick();
    });
  }

  toxiproxy_settings config;
  real_clock time;
  std::map<std::uint64_t, std::string> hung;  // by id: the toxics that there were at the last look
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
  state_->follow({});
}

void toxiproxy::stop(std::string const& reason) {
  state_->book.stop(reason);
  state_->follow("kill switch");
  state_->config.log->warn("the kill switch is engaged ({}): no toxic is left, every proxy is enabled", reason);
}

void toxiproxy::release() {
  state_->book.release();
  state_->config.log->warn("the kill switch is released");
}

}  // namespace vendaval::toxics
