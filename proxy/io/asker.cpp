#include "proxy/io/asker.hpp"

#include <fmt/format.h>

#include "proxy/framing/body.hpp"
#include "proxy/framing/content_coding.hpp"
#include "proxy/framing/head.hpp"
#include "proxy/io/worker.hpp"

namespace vendaval::io {
namespace {

constexpr std::size_t most_bytes = 64 * 1024;  // of an answer: a link is a few hundred

/// Appends what comes next; false when nothing does, or too much.
awaitable<bool> read_more(channel& from, std::string& into) {
  std::array<char, 4096> piece;
  auto const got = co_await from.read_some(asio::buffer(piece));
  into.append(piece.data(), got.count);
  co_return !got.error && into.size() <= most_bytes;
}

awaitable<error_code> connect(channel& to, worker& through) {
  auto const& place = through.shared().places.usual();
  auto error = co_await to.connect(place.host, place.port);
  if (!error && place.secure) error = co_await to.connect_tls(through.client_tls(place), place.verify_name);
  co_return error;
}

}  // namespace

awaitable<void> asker::ask(std::string target, std::string authorization) {
  using advice = dialects::question_book::advice;
  auto const advised = book_.look(target, worker_.now());
  if (advised == advice::leave) co_return;
  if (advised == advice::wait) {
    co_await wait_for(target);
    co_return;
  }
  auto const got = co_await fetch(target, authorization);
  bool taught = false;
  if (got) {
    dialects::request_view const asked{"GET", target, worker_.shared().places.usual().authority, {}};
    auto said = worker_.dialect().judge(asked, {got->status, "application/json", got->body, true});
    taught = !said.news.empty();
    worker_.learn(std::move(said.news));
  }
  book_.answered(target, got ? got->status : 0, taught, worker_.now());
  for (auto [one, end] = waiting_.equal_range(target); one != end; ++one) one->second->cancel();
}

awaitable<void> asker::wait_for(std::string const& target) {
  asio::steady_timer answered(worker_.io(), worker_.limits().question);
  auto const place = waiting_.emplace(target, &answered);
  co_await answered.async_wait(no_throw);
  waiting_.erase(place);
}

/// On a connection of its own, which a deadline closes.
awaitable<std::optional<asker::reply>> asker::fetch(std::string const& target, std::string const& authorization) {
  auto& shared = worker_.shared();
  auto const connection = std::make_shared<channel>(worker_.bench(), worker_.io());
  asio::steady_timer limit(worker_.io(), worker_.limits().question);
  limit.async_wait([late = std::weak_ptr(connection)](error_code error) {
    if (auto const one = late.lock(); one && !error) one->abort();
  });
  auto error = co_await connect(*connection, worker_);
  if (error) co_return std::nullopt;
  auto const request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nAccept: application/json\r\nConnection: close\r\n"
      "Via: 1.1 {}\r\n\r\n",
      target, shared.places.usual().authority, authorization, shared.settings.via);
  std::array<asio::const_buffer, 2> const pieces{asio::buffer(request), asio::const_buffer()};
  error = co_await connection->write(pieces);
  if (error) co_return std::nullopt;

  std::string bytes, content;
  framing::response_head head;
  for (;;) {
    auto const seen = framing::read_response(bytes, "GET", {}, head);
    if (seen.refused()) co_return std::nullopt;
    if (seen.whole()) break;
    bool const more = co_await read_more(*connection, bytes);
    if (!more) co_return std::nullopt;
  }
  auto const status = head.status;
  auto const coding = framing::coding_of(framing::value_of(head.fields, "Content-Encoding"));
  framing::body_cursor body(head.body);
  bytes.erase(0, head.size);
  for (bool more = true; !body.done();) {
    bytes.erase(0, body.take(bytes, &content));
    if (body.bad() || content.size() > most_bytes) co_return std::nullopt;
    if (body.done()) break;
    if (!more) body.end_of_stream();
    if (more) more = co_await read_more(*connection, bytes);
  }
  auto plain = framing::decode(content, coding, most_bytes);
  if (!plain) co_return std::nullopt;
  reply result{status, *std::move(plain)};
  co_return result;
}

}  // namespace vendaval::io
