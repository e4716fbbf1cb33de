#pragma once
#include <zlib.h>

#include <stdexcept>
#include <string>

namespace vendaval::test {

/// zlib's window bits, which also choose the wrapping.
inline constexpr int gzip_format = 15 + 16, zlib_format = 15, bare_format = -15;

inline std::string compressed(std::string text, int format) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib cannot start");
  std::string result(deflateBound(&stream, static_cast<uLong>(text.size())) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  auto const state = ::deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("zlib cannot compress");
  return result;
}

}  // namespace vendaval::test
