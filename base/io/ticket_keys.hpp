#pragma once
/// The keys under which TLS session tickets are sealed: made here, kept in memory only, and changed by time, so that
/// whoever learns one can open at most twelve hours of resumptions.
#include <array>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace vendaval {

/// For any thread; a lock per handshake.
class ticket_keys {
 public:
  static constexpr duration seals_for = 6h, opens_for = 12h;

  struct key {
    std::array<unsigned char, 16> name;
    std::array<unsigned char, 32> cipher, mac;
    time_point made;
  };
  struct found {
    key what;
    bool old;  // a fresh ticket is due
  };

  ticket_keys() = default;
  ~ticket_keys();
  ticket_keys(ticket_keys const&) = delete;

  /// The key to seal with now; nothing when the system has no random numbers.
  std::optional<key> to_seal(time_point now);
  /// The key of this name, if it may still be used.
  std::optional<found> to_open(std::string_view name, time_point now);

 private:
  bool refresh(time_point now);

  std::mutex lock_;
  std::optional<key> current_, previous_;
};

}  // namespace vendaval
