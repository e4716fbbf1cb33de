#include "proxy/toxics/stage.hpp"

#include <algorithm>
#include <utility>

namespace vendaval::toxics {
namespace {

constexpr duration longest = 365 * 24h;  // what anything longer is taken for, so that no sum overflows
constexpr duration slice_of_rate = 100ms;
constexpr double fastest = 1e12;  // bytes a second; no loopback is

template <class Unit>
duration wait(std::int64_t count) {
  auto const most = std::chrono::duration_cast<Unit>(longest).count();
  return Unit(std::clamp<std::int64_t>(count, 0, most));
}
duration ms(std::int64_t count) { return wait<std::chrono::milliseconds>(count); }

bool ends(piece const& p) { return p.end != piece::ending::none; }

piece part(piece const& of, std::size_t start, std::size_t end) {
  return {of.bytes.substr(start, end - start), of.at, of.unit, of.end};
}

}  // namespace

stage::stage(toxic const& t, dice_keys keys, bool per_request, time_point now)
    : toxic_(t),
      keys_(keys),
      per_request_(per_request),
      roll_(keys.seed, keys.proxy, dice::key(t.name), keys.connection, 1),
      begun_(now) {
  begin();
}

/// The throw is the same for every toxicity: a larger one touches those that the smaller one touched, and more.
bool stage::touches(std::uint64_t unit) const {
  dice roll(keys_.seed, keys_.proxy, dice::key(toxic_.name), keys_.connection, 0, unit);
  return roll.chance(toxic_.toxicity);
}

/// What a toxic does without waiting for bytes: the clock of a timeout runs from its first moment, and no traffic turns
/// it back.
void stage::begin() {
  auto const* const timeout = std::get_if<timeout_toxic>(&toxic_.what);
  if (!timeout || struck_ || per_request_ || !touches(0)) return;
  struck_ = true;
  if (timeout->timeout > 0) push({.end = piece::ending::close}, begun_ + ms(timeout->timeout), true);
}

void stage::push(piece p, time_point due, bool ours) {
  held_ += p.bytes.size() + piece::cost;
  queue_.push_back({std::move(p), due, ours});
}

void stage::pass(piece p) {
  free_ = std::max(free_, p.at);
  push(std::move(p), free_);
}

void stage::accept(piece p) {
  if (!struck_ && !touches(per_request_ ? p.unit : 0)) return pass(std::move(p));
  std::visit([&](auto const& kind) { shape(kind, std::move(p)); }, toxic_.what);
}

piece stage::pop() {
  auto front = std::move(queue_.front());
  queue_.pop_front();
  held_ -= front.what.bytes.size() + piece::cost;
  front.what.at = front.due;
  return std::move(front.what);
}

void stage::retune(toxic const& t, time_point now) {
  if (t.revision == toxic_.revision) return;
  auto const waiting = std::exchange(queue_, {});
  bool const swallowing = swallows();
  held_ = 0;
  toxic_ = t;
  struck_ = false;
  free_ = time_point::min();
  begin();
  if (swallowing && !swallows()) return push({.end = piece::ending::close}, now);
  for (auto const& one : waiting)
    if (!one.ours) accept(one.what);
}

std::vector<piece> stage::released(time_point now) {
  std::vector<piece> result;
  for (auto& one : queue_)
    if (!one.ours) result.push_back(std::move(one.what));
  if (swallows()) result.push_back({.end = piece::ending::close});
  for (auto& one : result) one.at = now;
  return result;
}

void stage::shape(noop_toxic const&, piece p) { pass(std::move(p)); }

void stage::shape(latency_toxic const& t, piece p) {
  if (ends(p)) return pass(std::move(p));
  auto const spread = ms(t.jitter);
  auto const wait = ms(t.latency) - spread + roll_.upto(2 * spread);
  free_ = std::max(free_, p.at + std::max(wait, duration{}));
  push(std::move(p), free_);
}

void stage::shape(bandwidth_toxic const& t, piece p) {
  if (t.rate == 0) return push(std::move(p), time_point::max());
  if (ends(p)) return pass(std::move(p));
  auto const per_second = std::min(static_cast<double>(t.rate) * 1000, fastest);
  auto const at_once = std::max<std::size_t>(
      1, static_cast<std::size_t>(per_second * std::chrono::duration<double>(slice_of_rate).count()));
  free_ = std::max(free_, p.at);
  for (std::size_t start = 0; start < p.bytes.size(); start += at_once) {
    auto const end = std::min(p.bytes.size(), start + at_once);
    auto const seconds = static_cast<double>(end - start) / per_second;
    free_ += std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
    push(part(p, start, end), free_);
  }
}

void stage::shape(slow_close_toxic const& t, piece p) {
  if (!ends(p)) return pass(std::move(p));
  free_ = std::max(free_, p.at) + ms(t.delay);
  push(std::move(p), free_);
}

void stage::shape(timeout_toxic const& t, piece p) {
  if (ends(p)) {
    queue_.clear();
    held_ = 0;
    free_ = p.at;
    return pass(std::move(p));
  }
  if (std::exchange(struck_, true)) return;
  begun_ = p.at;  // of a request: there was nothing to count from before
  if (t.timeout > 0) push({.end = piece::ending::close}, std::max(free_, begun_) + ms(t.timeout), true);
}

/// What came is held until the connection is reset, so that it can go on should the toxic be taken away before.
void stage::shape(reset_peer_toxic const& t, piece p) {
  if (!std::exchange(struck_, true)) push({.end = piece::ending::reset}, std::max(free_, p.at) + ms(t.timeout), true);
  push(std::move(p), time_point::max());
}

/// Halves what is too large, a little off the middle.
void stage::slice(slicer_toxic const& t, std::size_t start, std::size_t end, std::vector<std::size_t>& cuts) {
  auto const average = static_cast<std::size_t>(std::max<std::int64_t>(1, t.average_size));
  auto const spread = static_cast<std::size_t>(t.size_variation);
  if (end - start <= average + spread || end - start < 2) return cuts.push_back(end);
  auto const offset = static_cast<std::ptrdiff_t>(roll_.below(2 * spread + 1)) - static_cast<std::ptrdiff_t>(spread);
  auto const middle = static_cast<std::ptrdiff_t>(start + (end - start) / 2) + offset;
  auto const cut = std::clamp(middle, static_cast<std::ptrdiff_t>(start + 1), static_cast<std::ptrdiff_t>(end - 1));
  slice(t, start, static_cast<std::size_t>(cut), cuts);
  slice(t, static_cast<std::size_t>(cut), end, cuts);
}

void stage::shape(slicer_toxic const& t, piece p) {
  if (ends(p)) return pass(std::move(p));
  std::vector<std::size_t> cuts;
  slice(t, 0, p.bytes.size(), cuts);
  free_ = std::max(free_, p.at);
  for (std::size_t start = 0; auto const end : cuts) {
    push(part(p, start, end), free_);
    free_ += wait<std::chrono::microseconds>(t.delay);
    start = end;
  }
}

void stage::shape(limit_data_toxic const& t, piece p) {
  if (ends(p)) return pass(std::move(p));
  if (struck_) return;
  auto const left = static_cast<std::uint64_t>(t.bytes) - std::min(counted_, static_cast<std::uint64_t>(t.bytes));
  auto const end = piece{.bytes = {}, .at = p.at, .unit = p.unit, .end = piece::ending::close};
  if (p.bytes.size() > left) p.bytes.resize(static_cast<std::size_t>(left));
  counted_ += p.bytes.size();
  bool const full = p.bytes.size() == left;
  if (!p.bytes.empty()) pass(std::move(p));
  if (!full) return;
  struck_ = true;
  pass(end);
}

void stage::shape(packet_loss_toxic const& t, piece p) {
  if (ends(p)) return pass(std::move(p));
  lost_ = roll_.chance(t.loss_rate + (lost_ ? t.correlation : 0));
  if (!lost_) pass(std::move(p));
}

}  // namespace vendaval::toxics
