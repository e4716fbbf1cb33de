#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/http.hpp"
#include "base/time.hpp"

namespace vendaval::faults {

/// What the session must do with one request, in this order: hold it, then end it. Nothing here does I/O.
struct plan {
  struct forward {};  // to the upstream, untouched
  struct answer {     // in place of the upstream; `code` is what the dialect would read in the body
    unsigned status = 503;
    std::string code, content_type, body;
    std::vector<http_header> headers;
  };
  struct refuse {};  // close with FIN before any byte of an answer: as near as a shared front comes to a closed port
  struct reset {};   // close with RST before any byte of an answer
  using ending = std::variant<forward, answer, refuse, reset>;

  /// A bank whose items are to be left out of the answer, and the armed fault that wants it.
  struct omission {
    std::string institution;
    std::uint64_t fault = 0;
  };

  duration hold{0};
  ending end = forward{};
  std::vector<omission> leave_out;   // with `forward` only
  std::vector<std::uint64_t> fired;  // ids of the armed faults that shaped this plan, in order
  bool in_doubt = false;             // fault code failed, so the request passes through; count it (S24)
  bool untouched() const { return fired.empty(); }
};

}  // namespace vendaval::faults
