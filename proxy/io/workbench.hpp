#pragma once
#include <memory>
#include <vector>

#include "proxy/io/tls_sessions.hpp"

namespace vendaval::io {

/// A piece of memory for bytes on their way.
struct block {
  std::unique_ptr<char[]> memory;
  std::size_t size = 0;
};

/// Blocks that connections borrow while bytes are on their way and give back when they wait, so that an idle connection
/// holds none, and busy ones take turns with the few that are warm in the processor's cache.
class block_pool {
 public:
  block take(std::size_t size) {
    for (auto at = free_.rbegin(); at != free_.rend(); ++at) {
      if (at->size != size) continue;
      auto found = std::move(*at);
      free_.erase(std::next(at).base());
      return found;
    }
    return {std::unique_ptr<char[]>(new char[size]), size};
  }
  void give(block b) {
    if (b.memory && free_.size() < kept) free_.push_back(std::move(b));
  }

 private:
  static constexpr std::size_t kept = 32;
  std::vector<block> free_;
};

/// What all connections of one data thread work with.
struct workbench {
  static constexpr std::size_t received_at_once = 68 * 1024;  // 64 KiB of content as four TLS records

  block_pool blocks;
  std::unique_ptr<char[]> received{new char[received_at_once]};  // from the socket, still sealed
  std::string sealed;                                            // for the socket
  std::string record;                                            // pieces gathered into one TLS record
  tls_sessions sessions;
};

}  // namespace vendaval::io
