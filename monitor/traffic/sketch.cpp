#include "monitor/traffic/sketch.hpp"

#include <algorithm>
#include <cmath>

namespace vendaval::monitor {
namespace {

// A hair under the promise, to leave room for rounding to whole nanoseconds.
constexpr double alpha = sketch::relative_error * 0.985;
double const growth = (1 + alpha) / (1 - alpha);
double const per_bin = 1 / std::log(growth);

std::int32_t index_of(duration value) {
  auto const ns = static_cast<double>(std::max<duration::rep>(value.count(), 1));
  return static_cast<std::int32_t>(std::ceil(std::log(ns) * per_bin));
}

duration value_of(std::int32_t index) {
  auto const middle = 2 * std::pow(growth, index) / (growth + 1);  // equally far, in proportion, from both edges
  return duration(static_cast<duration::rep>(std::llround(std::min(middle, 9.2e18))));
}

constexpr char bytes_version = 1;
constexpr std::int64_t furthest = 4000;  // beyond the bin of the longest duration there is

void write_number(std::string& to, std::uint64_t n) {  // seven bits a byte, the least first
  for (; n >= 0x80; n >>= 7) to += static_cast<char>(n | 0x80);
  to += static_cast<char>(n);
}

std::optional<std::uint64_t> read_number(std::string_view& from) {
  std::uint64_t n = 0;
  for (unsigned shift = 0; shift < 63 && !from.empty(); shift += 7) {
    auto const byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    n |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return byte == 0 && shift != 0 ? std::nullopt : std::optional(n);
  }
  return std::nullopt;
}

}  // namespace

void sketch::put(std::int32_t index, std::uint64_t n) {
  if (n == 0) return;
  count_ += n;
  auto const place = std::ranges::lower_bound(bins_, index, {}, &bin::index);
  if (place != bins_.end() && place->index == index)
    place->count += n;
  else
    bins_.insert(place, {index, n});
}

void sketch::add(duration value, std::uint64_t n) { put(index_of(value), n); }

std::uint64_t sketch::longer_than(duration limit) const {
  std::uint64_t n = 0;
  for (auto b = std::ranges::upper_bound(bins_, index_of(limit), {}, &bin::index); b != bins_.end(); ++b) n += b->count;
  return n;
}

void sketch::merge(sketch const& other) {
  if (other.bins_.size() < 4) {
    for (auto const& b : other.bins_) put(b.index, b.count);
    return;
  }
  std::vector<bin> both;
  both.reserve(bins_.size() + other.bins_.size());
  auto a = bins_.begin();
  for (auto const& b : other.bins_) {
    while (a != bins_.end() && a->index < b.index) both.push_back(*a++);
    both.push_back(b);
    if (a != bins_.end() && a->index == b.index) both.back().count += (a++)->count;
  }
  both.insert(both.end(), a, bins_.end());
  bins_ = std::move(both);
  count_ += other.count_;
}

std::optional<duration> sketch::quantile(double q) const {
  if (empty()) return std::nullopt;
  auto const rank = static_cast<std::uint64_t>(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_ - 1));
  std::uint64_t below = 0;
  for (auto const& b : bins_)
    if ((below += b.count) > rank) return value_of(b.index);
  return value_of(bins_.back().index);
}

std::optional<duration> sketch::mean() const {
  if (empty()) return std::nullopt;
  double sum = 0;
  for (auto const& b : bins_) sum += static_cast<double>(value_of(b.index).count()) * static_cast<double>(b.count);
  return duration(static_cast<duration::rep>(std::llround(sum / static_cast<double>(count_))));
}

sketch sketch::from_bins(std::span<bin const> bins) {
  sketch s;
  for (auto const& b : bins) s.put(b.index, b.count);
  return s;
}

std::string sketch::to_bytes() const {
  std::string raw(1, bytes_version);
  write_number(raw, bins_.size());
  std::int64_t before = -1;
  for (auto const& b : bins_) {
    write_number(raw, static_cast<std::uint64_t>(b.index - before - 1));
    write_number(raw, b.count);
    before = b.index;
  }
  return raw;
}

std::optional<sketch> sketch::from_bytes(std::string_view raw) {
  if (raw.empty() || raw.front() != bytes_version) return std::nullopt;
  raw.remove_prefix(1);
  auto const size = read_number(raw);
  if (!size || *size > raw.size()) return std::nullopt;
  sketch s;
  std::int64_t before = -1;
  for (std::uint64_t i = 0; i != *size; ++i) {
    auto const gap = read_number(raw);
    auto const count = read_number(raw);
    if (!gap || *gap > furthest || !count || *count == 0) return std::nullopt;
    before += static_cast<std::int64_t>(*gap) + 1;
    if (before > furthest || s.count_ + *count < s.count_) return std::nullopt;
    s.bins_.push_back({static_cast<std::int32_t>(before), *count});
    s.count_ += *count;
  }
  return raw.empty() ? std::optional(std::move(s)) : std::nullopt;
}

}  // namespace vendaval::monitor
