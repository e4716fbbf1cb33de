#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/http.hpp"
#include "base/time.hpp"
#include "proxy/faults/delivery.hpp"

namespace vendaval::faults {

/// One change to the JSON of an answer, which stays well-formed whatever is changed.
struct json_edit {
  enum class what : std::uint8_t {
    remove,
    set,
    duplicate_items,
    drop_items,
    older,
    loop
  };  // loop: the request's own URL
  static constexpr std::array<std::string_view, 6> words{"remove", "set", "duplicate", "drop", "older", "loop"};
  std::string pointer{};  // RFC 6901; "-" as a step stands for every element: "/results/-/balance"
  what change = what::remove;
  std::string value{};      // JSON, for set
  std::uint32_t items = 1;  // for duplicate_items and drop_items: so many at the front of the array
  duration age{};           // for older: how much earlier a date or instant becomes
};

/// What the session must do with one request, in this order: hold it, end it or forward it; hold its answer, end that
/// or edit it; let its bytes leave as `bytes` says. Nothing here does I/O.
struct plan {
  struct forward {};  // on its way, untouched
  struct answer {     // in place of the upstream's; `code` is what the dialect would read in the body
    unsigned status = 503;
    std::string code{}, content_type{}, body{};
    std::vector<http_header> headers{};
  };
  struct refuse {};  // close with FIN before any byte of an answer: as near as a shared front comes to a closed port
  struct reset {};   // close with RST before any byte of an answer
  struct bare_close {};  // FIN without TLS's goodbye: to the client the stream may have been cut by anyone
  struct vanish {};  // not one byte more in either direction until the lease ends, then RST: the peer of a dead host
  using ending = std::variant<forward, answer, refuse, reset, bare_close, vanish>;

  struct leg {
    duration hold{0};  // `until_lifted`: as long as the fault's lease runs
    ending end = forward{};
  };

  /// A bank whose items are to be left out of the answer, and the armed fault that wants it.
  struct omission {
    std::string institution;
    std::uint64_t fault = 0;
  };

  /// A bank that a list of banks is to show with another status, and the armed fault that wants it.
  struct relisting {
    std::string institution, status;
    std::uint64_t fault = 0;
  };

  duration hold{0};
  ending end = forward{};
  std::vector<omission> leave_out{};   // with `forward` only
  std::vector<relisting> relisted{};   // with `forward` only
  leg back{};                          // when the upstream has answered; the client has not heard of it yet
  std::vector<json_edit> edits{};      // of the upstream's answer
  delivery bytes{};                    // how the answer's bytes leave, whoever made it
  std::optional<duration> lifetime{};  // of the client's connection since it was accepted
  std::vector<std::uint64_t> fired{};  // ids of the armed faults that shaped this plan, in order
  bool in_doubt = false;               // fault code failed, so the request passes through; count it (S24)
  bool untouched() const { return fired.empty() && leave_out.empty() && relisted.empty(); }
};

/// A hold that only the end of the lease, or a person, ends.
inline constexpr duration until_lifted = duration::max();

}  // namespace vendaval::faults
