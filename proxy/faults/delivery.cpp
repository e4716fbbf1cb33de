#include "proxy/faults/delivery.hpp"

#include <algorithm>

namespace vendaval::faults {
namespace {

constexpr std::uint64_t ticks_per_second = 20;  // a limited rate leaves in twentieths of a second
constexpr std::uint64_t dribbles = 20;          // a body that dribbles does so in about so many pieces

duration time_for(std::uint64_t bytes, std::uint64_t per_second) {
  auto const seconds = static_cast<double>(bytes) / static_cast<double>(per_second);
  return std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

courier::courier(delivery const& how, std::uint64_t body_size, time_point now)
    : how_(how), size_(body_size), roll_(how.slices ? how.slices->key : 0), begun_(now), next_(now) {}

/// How many of the waiting bytes make the next piece.
std::uint64_t courier::piece(std::uint64_t available) {
  auto count = available;
  if (how_.slices) {
    auto const spread = std::min(how_.slices->spread, how_.slices->size);
    auto const size = how_.slices->size - spread + roll_.below(2 * spread + 1);
    count = std::min(count, std::max<std::uint64_t>(size, 1));
  }
  if (how_.bytes_per_second > 0)
    count = std::min(count, std::max<std::uint64_t>(how_.bytes_per_second / ticks_per_second, 1));
  if (how_.over && size_ > 0) count = std::min(count, std::max<std::uint64_t>(size_ / dribbles, 1));
  if (how_.cut) count = std::min(count, how_.cut->after - sent_);
  return count;
}

courier::step courier::next(std::uint64_t available, time_point now) {
  if (how_.cut && sent_ >= how_.cut->after) return {0, now};
  auto const count = piece(available);
  // Each wait counts from where the piece before was due, not from when it got away: absolute, so never cumulative.
  if (!first_ && how_.slices) next_ += how_.slices->gap;
  next_ += how_.per_piece;
  first_ = false;
  auto due = next_;
  if (how_.bytes_per_second > 0) due = std::max(due, begun_ + time_for(sent_ + count, how_.bytes_per_second));
  if (how_.over && size_ > 0) {
    auto const share = static_cast<double>(sent_ + count) / static_cast<double>(size_);
    due = std::max(due, begun_ + duration(static_cast<duration::rep>(share * static_cast<double>(how_.over->count()))));
  }
  return {count, due};
}

void courier::spoil(std::span<char> body, std::uint64_t offset) const {
  if (!how_.spoil) return;
  for (std::size_t i = 0; i < body.size(); ++i) {
    dice each(how_.spoil->key, offset + i);
    if (!each.chance(how_.spoil->share)) continue;
    body[i] = static_cast<char>(static_cast<unsigned char>(body[i]) ^ (1 + each.below(255)));
  }
}

}  // namespace vendaval::faults
