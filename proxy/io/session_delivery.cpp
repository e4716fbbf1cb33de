// How the bytes of an answer leave when a fault shapes them.
#include <fmt/format.h>

#include "proxy/io/session.hpp"

namespace vendaval::io {
namespace {

constexpr std::size_t spoiled_at_once = 16 * 1024;

}  // namespace

/// Does a fault that is still armed shape how this answer leaves?
bool session::shapes_bytes() const { return !turn_.plan.bytes.plain() && lease_now().has_value(); }

/// Starts with the first byte of the body. `size` is the whole body's; 0 when nobody knows.
void session::start_courier(std::uint64_t size) {
  courier_.emplace(turn_.plan.bytes, size, worker_.now());
  delivered_ = 0;
}

/// The body, piece by piece as the plan says; with `as_chunks` each piece is a chunk of its own. False when the
/// connection is over, by the fault's doing or by the client's. When the fault is lifted the rest leaves as it is.
awaitable<bool> session::deliver(std::string_view body, bool as_chunks) {
  while (!body.empty()) {
    auto const step = courier_ ? courier_->next(body.size(), worker_.now()) : faults::courier::step{body.size(), {}};
    if (courier_ && step.count == 0) {
      bool const goes_on = co_await cut_off();
      if (!goes_on) co_return false;
      continue;
    }
    if (courier_ && step.due > worker_.now()) {
      auto const end = co_await hold_until(step.due);
      if (end == hold_end::client_left) co_return give_up();
      if (end == hold_end::lifted) courier_.reset();
    }
    bool const sent = co_await send_piece(body.substr(0, step.count), as_chunks);
    if (!sent) co_return false;
    body.remove_prefix(step.count);
  }
  co_return true;
}

awaitable<bool> session::send_piece(std::string_view piece, bool as_chunk) {
  std::string spoiled;
  if (courier_ && turn_.plan.bytes.spoil) {
    spoiled.assign(piece.substr(0, std::min(piece.size(), spoiled_at_once)));
    courier_->spoil(spoiled, delivered_);
    piece = spoiled;
  }
  auto const count = piece.size();
  std::string const before = as_chunk ? fmt::format("{:x}\r\n", count) : std::string();
  bool sent = co_await send(before, piece);
  if (sent && as_chunk) sent = co_await send("\r\n", {});
  if (courier_) courier_->sent(count);
  delivered_ += count;
  co_return sent;
}

/// The answer breaks off here. True when the fault was lifted before it had to: then it goes on.
awaitable<bool> session::cut_off() {
  using goodbye = faults::delivery::goodbye;
  auto const how = turn_.plan.bytes.cut->how;
  if (how == goodbye::stall) {
    auto const end = co_await hold_until(time_point::max());
    if (end == hold_end::lifted) {
      courier_.reset();
      co_return true;
    }
    co_return give_up();
  }
  settle(outcome::network);
  turn_.report.injected = true;
  say(how);
  co_return false;
}

/// The client left while a fault kept it waiting.
bool session::give_up() {
  settle(outcome::client_gone);
  turn_.report.injected = true;
  over_ = true;
  return false;
}

/// Ends the client's connection in this way; politely is how every connection ends that is not over yet.
void session::say(faults::delivery::goodbye how) {
  using goodbye = faults::delivery::goodbye;
  over_ = how != goodbye::polite;
  if (how == goodbye::reset) client_.reset();
  if (how == goodbye::bare) client_.shut();
}

/// After an answer that arrived whole: some faults end the connection then.
awaitable<bool> session::close_after(bool sent) {
  if (!sent || !turn_.plan.bytes.close_after || !lease_now()) co_return sent;
  say(turn_.plan.bytes.close_how);
  co_return false;
}

}  // namespace vendaval::io
