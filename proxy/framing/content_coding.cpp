#include "proxy/framing/content_coding.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "proxy/framing/characters.hpp"

namespace vendaval::framing {
namespace {

constexpr int whole_window = 15;

/// RFC 9110 calls the zlib format "deflate"; some servers send the bare stream under that name.
int window_bits(std::string_view body, content_coding coding) {
  if (coding == content_coding::gzip) return whole_window + 16;
  if (body.size() < 2) return whole_window;
  auto const first = static_cast<unsigned char>(body[0]), second = static_cast<unsigned char>(body[1]);
  bool const zlib = (first & 0x0f) == Z_DEFLATED && (first * 256u + second) % 31 == 0;
  return zlib ? whole_window : -whole_window;
}

class inflater {
 public:
  explicit inflater(std::string_view body, int bits) {
    // zlib only reads from next_in, although its type does not say so.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream_.avail_in = static_cast<uInt>(body.size());
    if (inflateInit2(&stream_, bits) != Z_OK) throw std::runtime_error("zlib cannot start");
  }
  ~inflater() { inflateEnd(&stream_); }
  inflater(inflater const&) = delete;

  std::expected<std::string, decode_failure> run(std::size_t limit) {
    std::string result;
    std::array<char, 16 * 1024> piece;
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      auto const state = inflate(&stream_, Z_NO_FLUSH);
      auto const count = piece.size() - stream_.avail_out;
      if (result.size() + count > limit) return std::unexpected(decode_failure::too_large);
      result.append(piece.data(), count);
      if (state == Z_STREAM_END && stream_.avail_in == 0) return result;
      // A gzip file may be several, one behind the other.
      if (state == Z_STREAM_END && inflateReset(&stream_) == Z_OK) continue;
      if (state != Z_OK) return std::unexpected(decode_failure::broken);
    }
  }

 private:
  z_stream stream_{};
};

}  // namespace

content_coding coding_of(std::string_view content_encoding) {
  auto const name = trim(content_encoding);
  if (name.empty() || same_name(name, "identity")) return content_coding::identity;
  if (same_name(name, "gzip") || same_name(name, "x-gzip")) return content_coding::gzip;
  return same_name(name, "deflate") ? content_coding::deflate : content_coding::unknown;
}

std::expected<std::string, decode_failure> decode(std::string_view body, content_coding coding, std::size_t limit) {
  if (coding == content_coding::unknown) return std::unexpected(decode_failure::broken);
  if (coding == content_coding::identity) {
    if (body.size() > limit) return std::unexpected(decode_failure::too_large);
    return std::string(body);
  }
  return inflater(body, window_bits(body, coding)).run(limit);
}

}  // namespace vendaval::framing
