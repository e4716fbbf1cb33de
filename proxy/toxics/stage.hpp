#pragma once
/// One toxic on one direction of one connection: bytes in, and out again when they are due. Pure: every time is handed
/// in, and what leaves bears the time at which it was due, so that waits add up exactly however late somebody looks.
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/dice.hpp"
#include "proxy/toxics/toxic.hpp"

namespace vendaval::toxics {

/// What travels along a chain: bytes, or an end.
struct piece {
  enum class ending : std::uint8_t {
    none,   // bytes
    fin,    // the sender has no more to say
    close,  // a toxic closes the connection
    reset,  // a toxic resets it
  };
  static constexpr std::size_t cost = 128;  // of keeping one, beside its bytes

  std::string bytes{};
  time_point at{};         // when it arrived here
  std::uint64_t unit = 0;  // what one throw of the dice decides: 0 the connection, else the how-manieth request
  ending end = ending::none;
};

/// Whose dice are thrown. A toxic's throw hangs on nothing else, so neither threads nor neighbours change it.
struct dice_keys {
  std::uint64_t seed = 0, proxy = 0, connection = 0;
};

class stage {
 public:
  stage(toxic const& t, dice_keys keys, bool per_request, time_point now);

  std::uint64_t id() const { return toxic_.id; }
  time_point expires() const { return toxic_.expires; }
  std::size_t held() const { return held_; }  // bytes, and what it costs to keep each piece of them

  void accept(piece p);
  /// When the next piece leaves: never while nothing does.
  time_point due() const { return queue_.empty() ? time_point::max() : queue_.front().due; }
  piece pop();
  /// The same toxic with other attributes. What is held is looked at anew, from when it arrived.
  void retune(toxic const& t, time_point now);
  /// The toxic is gone: what it held, to go on at once.
  std::vector<piece> released(time_point now);

 private:
  struct entry {
    piece what;
    time_point due;
    bool ours = false;  // an end that the toxic makes: gone when the toxic is
  };

  bool touches(std::uint64_t unit) const;
  /// A timeout at work: what it takes is missing from the stream, so when it goes the connection has to go as well.
  bool swallows() const { return struck_ && std::holds_alternative<timeout_toxic>(toxic_.what); }
  void begin();
  void push(piece p, time_point due, bool ours = false);
  void pass(piece p);

  void shape(noop_toxic const&, piece p);
  void shape(latency_toxic const& t, piece p);
  void shape(bandwidth_toxic const& t, piece p);
  void shape(slow_close_toxic const& t, piece p);
  void shape(timeout_toxic const& t, piece p);
  void shape(reset_peer_toxic const& t, piece p);
  void shape(slicer_toxic const& t, piece p);
  void shape(limit_data_toxic const& t, piece p);
  void shape(packet_loss_toxic const& t, piece p);
  void slice(slicer_toxic const& t, std::size_t start, std::size_t end, std::vector<std::size_t>& cuts);

  toxic toxic_;
  dice_keys keys_;
  bool per_request_;
  dice roll_;
  time_point begun_;                     // when a timeout began to count
  bool struck_ = false;                  // a toxic that ends connections has begun to end this one
  bool lost_ = false;                    // the last touched piece was dropped: packet_loss
  std::uint64_t counted_ = 0;            // bytes that limit_data has let through
  time_point free_ = time_point::min();  // from when on another piece may leave: order is kept
  std::deque<entry> queue_;
  std::size_t held_ = 0;
};

}  // namespace vendaval::toxics
