// Answering the client: with what the bank said, or with why it said nothing.
#include <fmt/format.h>

#include <algorithm>

#include "proxy/framing/characters.hpp"
#include "proxy/framing/content_coding.hpp"
#include "proxy/framing/rewrite.hpp"
#include "proxy/framing/status.hpp"
#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

using framing::body_kind;

/// What a client reads piece by piece, as it is said: events, and JSON of one line each.
bool is_stream(std::string_view type) {
  auto const name = lower(type.substr(0, type.find(';')));
  return std::ranges::any_of(std::initializer_list<std::string_view>{"event-stream", "ndjson", "jsonl", "json-lines",
                                                                     "json-seq", "stream+json"},
                             [&name](std::string_view word) { return name.find(word) != std::string::npos; });
}

/// Text that a dialect may want to read: JSON, and the HTML of a gateway in front of the bank. Compressed bodies are
/// not asked for (Accept-Encoding is not forwarded), but some servers compress all the same.
bool readable(framing::response_head const& answer) {
  auto const coding = framing::coding_of(framing::value_of(answer.fields, "Content-Encoding"));
  if (coding == framing::content_coding::unknown) return false;
  auto const type = framing::value_of(answer.fields, "Content-Type");
  if (type.empty() || type == "application/json") return true;
  return !is_stream(type) && (type.find("json") != std::string_view::npos || type.starts_with("text/"));
}

std::string_view word_for(failure::kind what) {
  switch (what) {
    case failure::kind::timed_out: return "upstream_timeout";
    case failure::kind::invalid: return "upstream_invalid";
    default: return "upstream_unreachable";
  }
}

outcome outcome_for(failure::kind what) {
  switch (what) {
    case failure::kind::client_left: return outcome::client_gone;
    case failure::kind::client_invalid:
    case failure::kind::too_large: return outcome::client_error;
    case failure::kind::timed_out: return outcome::timeout;
    case failure::kind::invalid: return outcome::upstream_invalid;
    default: return outcome::network;
  }
}

std::string quoted(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out;
}

}  // namespace

void session::settle(outcome result) {
  if (cut_) result = outcome::network;
  bool const gone = result == outcome::client_gone;
  if (gone && turn_.report.status == 0 && !client_late_) result = outcome::client_gave_up;
  turn_.report.result = result;
  turn_.report.code.clear();
  turn_.report.counts = worker_.dialect().weigh(result, turn_.report.status);
  turn_.report.injected = cut_;
  if (client_late_) turn_.report.counts = weight::neither;  // it did not leave by itself
  // Nobody waits for ever: a client that left after a fault had held its request left because of it.
  if (gone) turn_.report.injected = turn_.plan.hold > 0ns || turn_.plan.back.hold > 0ns;
}

void session::settle(failure const& why) {
  settle(outcome_for(why.what));
  auto& common = worker_.shared();
  if (why.flaw == framing::flaw::none) return;
  if (why.clients_doing()) return common.count(common.refused_requests, why.flaw);
  turn_.report.code = name_of(why.flaw);
  common.count(common.invalid_answers, why.flaw);
}

awaitable<bool> session::respond() {
  content_.clear();
  raw_.clear();
  auto const limit = worker_.limits().inspect.count;
  answering_ = pace({.grace = 0s,
                     .per_second = 0,
                     .silence = worker_.limits().upstream_silence,
                     .total = worker_.limits().answer_body});
  framing::body_cursor body(answer_.body);
  bool const fits = answer_.body.kind != body_kind::length || answer_.body.length <= limit;
  if (fits && readable(answer_)) {
    auto why = take_answer(body);
    if (!why && !body.done()) why = co_await collect(body);
    if (why) {
      auto uploaded = co_await end_upload();
      if (uploaded.clients_doing()) why = std::move(uploaded);
      upstream_.reset();
      bool const more = co_await answer_failure(std::move(why));
      co_return more;
    }
  }
  bool more = false;
  if (body.done())
    more = co_await pass_whole();
  else
    more = co_await pass_stream(body);
  if (uploading_ || upload_end_) {
    auto const uploaded = co_await end_upload();
    if (uploaded.clients_doing() && !body.done()) settle(uploaded);
  }
  release_upstream(body);
  co_return more;
}

/// Takes in what has come of the body.
failure session::take_answer(framing::body_cursor& body) {
  auto const bytes = from_upstream_.data();
  auto const count = body.take(bytes, &content_);
  if (answer_.body.kind == body_kind::chunked) raw_.append(bytes.substr(0, count));
  from_upstream_.consume(count);
  if (body.bad()) return {failure::kind::invalid, false, std::string(body.reason()), body.why()};
  return {};
}

/// Takes the body in, until it is whole or larger than the inspection limit.
awaitable<failure> session::collect(framing::body_cursor& body) {
  auto const limit = worker_.limits().inspect.count;
  while (!body.done() && content_.size() <= limit) {
    auto const since = expect_answer();
    auto const got = co_await read_upstream();
    got_answer(since, got.count);
    if (!got.error) {
      auto bad = take_answer(body);
      if (bad) co_return bad;
      continue;
    }
    if (upstream_late_)
      co_return failure{failure::kind::timed_out, false, "the upstream fell silent within its answer"};
    if (got.error != asio::error::eof || answer_.body.kind != body_kind::until_close)
      co_return failure{failure::kind::invalid, false, "the upstream closed within the body of its answer",
                        framing::flaw::truncated};
    body.end_of_stream();
  }
  co_return failure{};
}

/// Waiting for the upstream's next bytes begins, and has ended.
time_point session::expect_answer() {
  until(answering_.left(), side::upstream, way::answer);
  return worker_.now();
}

void session::got_answer(time_point since, std::size_t count) {
  late_.clear(way::answer);
  answering_.waited(worker_.now() - since);
  answering_.moved(count);
}

/// The origin under which the client knows us; empty when it asks for the bank by name, through us as its proxy: then
/// links to the bank come back to us anyway.
std::string session::origin_for_client() const {
  bool const by_its_name = inside_ || turn_.head.form == framing::target_form::absolute;
  if (by_its_name || turn_.head.authority.empty()) return {};
  std::string origin(client_.secure() ? "https://" : "http://");
  origin += turn_.head.authority;
  return origin;
}

framing::response_changes session::changes_for_client(framing::body_framing body, std::string_view ours) const {
  framing::response_changes changes;
  changes.body = body;
  changes.to = turn_.head.version;
  changes.keep_alive = turn_.keep_alive;
  changes.from_origin = turn_.place->origin;
  changes.to_origin = ours;
  changes.via = worker_.shared().settings.via;
  return changes;
}

/// Head and body in one write, the dialect having had its look.
awaitable<bool> session::pass_whole() {
  auto const ours = origin_for_client();
  judge(readable(answer_), ours);
  turn_.keep_alive = turn_.keep_alive && turn_.body.done() && !over_ && !last_;
  auto changes = changes_for_client(answer_.body, ours);
  if (answer_.body.kind != body_kind::none) changes.body = {body_kind::length, content_.size()};
  if (shapes_bytes()) mark_answer(turn_.plan.fired);
  out_.clear();
  framing::write_response(answer_, changes, out_);
  turn_.report.status = answer_.status;
  bool const sent = co_await send_whole(out_, content_);
  lingering_ = lingering_ || !turn_.body.done();
  co_return sent&& turn_.keep_alive;
}

/// Piece by piece, as fast as the slower side allows. What was taken in before goes first.
awaitable<bool> session::pass_stream(framing::body_cursor& body) {
  auto const ours = origin_for_client();
  judge(false, ours);
  bool const decode = turn_.head.version == framing::http_version::v10 && answer_.body.kind == body_kind::chunked;
  auto framed = answer_.body;
  if (decode) framed = {body_kind::until_close, 0};
  bool const ends_by_close = framed.kind == body_kind::until_close;
  turn_.keep_alive = turn_.keep_alive && turn_.body.done() && !ends_by_close && !last_;
  out_.clear();
  auto const changes = changes_for_client(framed, ours);
  bool const shaped = shapes_bytes();
  bool const anew = shaped && framed.kind == body_kind::chunked;  // what is cut or spoiled must be content, not framing
  if (shaped) mark_answer(turn_.plan.fired);
  framing::write_response(answer_, changes, out_);
  turn_.report.status = answer_.status;
  std::string_view const taken = framed.kind == body_kind::chunked && !anew ? raw_ : content_;
  if (shaped) start_courier(framed.kind == body_kind::length ? framed.length : 0);
  bool sent = co_await send(out_, shaped ? std::string_view() : taken);
  if (sent && shaped) sent = co_await deliver(taken, anew);
  while (sent && !body.done()) {
    auto const bytes = from_upstream_.data();
    content_.clear();
    bool const inside = decode || anew;
    auto const count = body.take(bytes, inside ? &content_ : nullptr);
    if (body.bad()) co_return co_await abandon({failure::kind::invalid, false, {}, body.why()});
    if (count > 0) {
      auto const piece = inside ? std::string_view(content_) : bytes.substr(0, count);
      sent = shaped ? co_await deliver(piece, anew) : co_await send({}, piece);
      from_upstream_.consume(count);
      continue;
    }
    auto const since = expect_answer();
    auto const got = co_await read_upstream();
    got_answer(since, got.count);
    if (!got.error) continue;
    if (upstream_late_) co_return co_await abandon({failure::kind::timed_out, false, {}});
    if (got.error != asio::error::eof || answer_.body.kind != body_kind::until_close)
      co_return co_await abandon({failure::kind::invalid, false, {}, framing::flaw::truncated});
    body.end_of_stream();
  }
  if (sent && anew) sent = co_await send("0\r\n\r\n", {});
  sent = co_await close_after(sent);
  lingering_ = lingering_ || !turn_.body.done();
  co_return sent&& turn_.keep_alive;
}

/// The answer broke off on its way: the client must not take what it has for the whole. So no last chunk, no goodbye.
awaitable<bool> session::abandon(failure why) {
  settle(why);
  over_ = true;
  client_.reset();
  co_return false;
}

void session::release_upstream(framing::body_cursor const& body) {
  auto& common = worker_.shared();
  bool const clean = answer_.keep_alive && body.done() && turn_.body.done() && !upstream_late_;
  from_upstream_.unpin();
  // A byte after the answer belongs to no request of ours: such a connection is not used again.
  if (body.done() && !from_upstream_.empty()) common.count(common.invalid_answers, framing::flaw::surplus);
  if (clean && from_upstream_.empty() && upstream_) worker_.keep_upstream(*turn_.place, std::move(upstream_));
  upstream_.reset();
  from_upstream_.clear();
}

awaitable<bool> session::answer_failure(failure why) {
  no_deadline();
  upstream_.reset();
  if (why.what == failure::kind::client_left) {
    settle(outcome::client_gone);
    co_return false;
  }
  if (why.clients_doing()) co_return co_await refuse_body(why);
  if (worker_.shared().settings.log)
    worker_.shared().settings.log->warn("{} {}: {}", turn_.head.method, turn_.target.route, why.reason);
  bool const reusable = co_await drain_body();
  turn_.keep_alive = turn_.keep_alive && reusable;
  lingering_ = lingering_ || !reusable;
  unsigned const status = why.what == failure::kind::timed_out ? 504 : 502;
  turn_.report.status = status;
  settle(why);
  auto const body = fmt::format("{{\"error\":\"{}\",\"message\":\"{}\"}}\n", word_for(why.what), quoted(why.reason));
  bool const more = co_await answer(status, "application/json", {}, body);
  co_return more;
}

awaitable<bool> session::answer_plain(unsigned status, std::string_view reason) {
  turn_.keep_alive = false;
  turn_.report.status = status;
  settle(outcome::client_error);
  auto const body = fmt::format("{} {}: {}\n", status, framing::reason_of(status), reason);
  bool const more = co_await answer(status, "text/plain; charset=utf-8", {}, body);
  co_return more;
}

/// An answer of our own making; `extra` are whole header lines.
awaitable<bool> session::answer(unsigned status, std::string_view content_type, std::string_view extra,
                                std::string_view body) {
  turn_.keep_alive = turn_.keep_alive && !last_;
  out_.assign("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(framing::reason_of(status)).append("\r\n");
  if (!content_type.empty()) out_.append("Content-Type: ").append(content_type).append("\r\n");
  if (status != 204 && status != 304)
    out_.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  out_ += extra;
  if (!turn_.keep_alive)
    out_ += "Connection: close\r\n";
  else if (turn_.head.version == framing::http_version::v10)
    out_ += "Connection: keep-alive\r\n";
  out_ += "\r\n";
  turn_.report.status = status;
  bool const bodiless = turn_.head.method == "HEAD" || status == 204 || status == 304;
  bool const sent = co_await send_whole(out_, bodiless ? std::string_view() : body);
  co_return sent&& turn_.keep_alive;
}

/// Head and body of an answer that is all there: in one write, unless a fault shapes how its bytes leave.
awaitable<bool> session::send_whole(std::string_view head, std::string_view body) {
  return shapes_bytes() ? send_shaped(head, body) : send(head, body);
}

awaitable<bool> session::send_shaped(std::string_view head, std::string_view body) {
  start_courier(body.size());
  bool sent = co_await send(head, {});
  if (sent) sent = co_await deliver(body, false);
  sent = co_await close_after(sent);
  co_return sent;
}

awaitable<bool> session::send(std::string_view head, std::string_view body) {
  if (turn_.report.first_byte == time_point{}) turn_.report.first_byte = worker_.now();
  std::array<asio::const_buffer, 2> const pieces{asio::buffer(head.data(), head.size()),
                                                 asio::buffer(body.data(), body.size())};
  unread_ = true;  // the watch over slow readers is its deadline
  error_code error;
  if (!client_.try_write(pieces, error)) error = co_await client_.finish_write();
  if (!error) co_return true;
  over_ = true;
  settle(outcome::client_gone);
  co_return false;
}

}  // namespace vendaval::io
