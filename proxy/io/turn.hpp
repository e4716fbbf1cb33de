#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proxy/dialects/dialect.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/active.hpp"
#include "proxy/faults/plan.hpp"
#include "proxy/framing/body.hpp"
#include "proxy/framing/head.hpp"
#include "proxy/places.hpp"

namespace vendaval::io {

/// What an answer of ours needs beside its status and body.
struct ready_answer {
  std::string lines;  // of its head
  dialects::judgement judged;
};

/// One request on its way: from the first byte of its head to the report of its exchange.
struct turn {
  framing::request_head head;        // views into the session's pinned buffer
  framing::body_cursor body;         // what of the request's body has been taken from the client
  std::string content, raw;          // of the request's body: as far as it was held to be understood; raw when chunked
  bool held_whole = false;           // `content` is the whole body
  std::optional<std::string> plain;  // `content` without its Content-Encoding, if it has one that we understand
  std::uint64_t body_bytes = 0;      // taken of it so far, framing included
  bool continue_due = false;         // the client waits for "100 Continue" before it sends the body
  bool continued = false;            // it has had one, from us or the upstream
  upstream_place const* place = nullptr;  // where it goes
  dialects::target target;
  faults::plan plan;
  std::unique_ptr<ready_answer> ready;       // for plan.end, made before it is due
  faults::active_faults::place under_fault;  // until the report is handed in
  exchange report;
  struct mark {
    std::string line;
    std::size_t name = 0;  // its length, at the front of the line
  };
  std::vector<mark> marks;  // header lines that say which faults changed the answer
  bool open = false;        // the report is not handed in yet
  bool accepted = false;    // the upstream answered 2xx
  bool held = false;        // a fault is holding it now
  bool keep_alive = false;  // the client's connection can carry another request

  dialects::request_view view() const {
    auto const text = plain ? std::string_view(*plain) : held_whole ? std::string_view(content) : std::string_view();
    return {head.method, head.target, head.authority, text, head.fields};
  }
};

/// Why there is no answer of the upstream to pass on.
struct failure {
  enum class kind : std::uint8_t { none, client_left, client_invalid, too_large, unreachable, timed_out, invalid };
  kind what = kind::none;
  bool stale = false;                        // a pooled connection that died before any byte of an answer
  std::string reason;                        // for people, without secrets
  framing::flaw flaw = framing::flaw::none;  // of a message that is invalid
  explicit operator bool() const { return what != kind::none; }
  bool clients_doing() const {
    return what == kind::client_left || what == kind::client_invalid || what == kind::too_large;
  }
};

}  // namespace vendaval::io
