#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/framing/body.hpp"

namespace vendaval::toxics {

/// Which bytes of a connection belong to its how-manieth request or answer. It only looks: what is no HTTP, or no more
/// (a WebSocket), counts as part of what came last.
class http_units {
 public:
  struct part {
    std::string bytes;
    std::uint64_t unit;  // 1: the first request, or its answer
  };
  std::vector<part> request(std::string_view bytes) { return cut(up_, bytes); }
  std::vector<part> answer(std::string_view bytes) { return cut(down_, bytes); }

 private:
  enum class state : std::uint8_t { between, head, body, blind };
  /// One direction.
  struct course {
    state at = state::between;
    std::uint64_t unit = 0;
    bool interim = false;  // the last answer was a 1xx: the next is the same request's
    std::string head;      // of the message that has begun, as far as it is here
    framing::body_cursor body;
  };
  std::vector<part> cut(course& c, std::string_view bytes);
  std::size_t step(course& c, std::string_view bytes);
  std::size_t read_head(course& c, std::string_view bytes);
  void heard_request(std::string_view method) { asked_.emplace_back(method); }
  void heard_answer(unsigned status);

  course up_, down_;
  std::deque<std::string> asked_;  // methods of requests that have no answer yet
};

}  // namespace vendaval::toxics
