#pragma once
/// What Toxiproxy calls a toxic: one way in which a byte stream goes bad. Names, attributes and their units are
/// Toxiproxy's, so that its clients can speak to us; what each does to the bytes is in stage.cpp.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"

namespace vendaval::toxics {

/// Each has the name of its Go struct, which error messages of Toxiproxy show, and its attributes in their order.
struct noop_toxic {
  static constexpr std::string_view name = "noop", go_name = "NoopToxic";
  template <class Self, class Visit>
  static void fields(Self&, Visit&&) {}
};
struct latency_toxic {
  static constexpr std::string_view name = "latency", go_name = "LatencyToxic";
  std::int64_t latency = 0, jitter = 0;  // ms
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("latency", self.latency);
    visit("jitter", self.jitter);
  }
};
struct bandwidth_toxic {
  static constexpr std::string_view name = "bandwidth", go_name = "BandwidthToxic";
  std::int64_t rate = 0;  // thousands of bytes a second; 0 lets nothing through
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("rate", self.rate);
  }
};
struct slow_close_toxic {
  static constexpr std::string_view name = "slow_close", go_name = "SlowCloseToxic";
  std::int64_t delay = 0;  // ms
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("delay", self.delay);
  }
};
struct timeout_toxic {
  static constexpr std::string_view name = "timeout", go_name = "TimeoutToxic";
  std::int64_t timeout = 0;  // ms; 0 never closes
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("timeout", self.timeout);
  }
};
struct reset_peer_toxic {
  static constexpr std::string_view name = "reset_peer", go_name = "ResetToxic";
  std::int64_t timeout = 0;  // ms
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("timeout", self.timeout);
  }
};
struct slicer_toxic {
  static constexpr std::string_view name = "slicer", go_name = "SlicerToxic";
  std::int64_t average_size = 0, size_variation = 0;  // bytes
  std::int64_t delay = 0;                             // µs
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("average_size", self.average_size);
    visit("size_variation", self.size_variation);
    visit("delay", self.delay);
  }
};
struct limit_data_toxic {
  static constexpr std::string_view name = "limit_data", go_name = "LimitDataToxic";
  std::int64_t bytes = 0;
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("bytes", self.bytes);
  }
};
struct packet_loss_toxic {
  static constexpr std::string_view name = "packet_loss", go_name = "PacketLossToxic";
  double loss_rate = 0.1, correlation = 0;  // 0..1
  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("loss_rate", self.loss_rate);
    visit("correlation", self.correlation);
  }
};

/// The one list of kinds.
using attributes = std::variant<noop_toxic, latency_toxic, bandwidth_toxic, slow_close_toxic, timeout_toxic,
                                reset_peer_toxic, slicer_toxic, limit_data_toxic, packet_loss_toxic>;

enum class direction : std::uint8_t { upstream, downstream };
constexpr std::string_view word(direction d) { return d == direction::upstream ? "upstream" : "downstream"; }

struct toxic {
  std::uint64_t id = 0;        // of this one alone: another that bears its name later has another
  std::uint64_t revision = 0;  // another each time it was changed
  std::string name;
  attributes what;
  direction stream = direction::downstream;
  std::string stream_text = "downstream";  // as the caller spelled it
  double toxicity = 1;                     // 0..1: the share of connections (or requests) that it touches
  duration lease{};                        // asked for; zero when it was not
  time_point expires = time_point::max();  // from then on it does nothing, whoever is still there to take it away
};

/// The toxics of one proxy at one moment, in the order in which they act.
using toxic_list = std::vector<toxic>;

std::string_view type_of(attributes const& what);
/// False when there is no such type.
bool make_attributes(std::string_view type, attributes& out);

}  // namespace vendaval::toxics
