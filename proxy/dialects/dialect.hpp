#pragma once
/// What an API means: which bank a request concerns, what it asks, and what an answer says. One folder and one line in
/// dialects/table.hpp per dialect. No I/O; one instance per data thread, and what one learns is told to the others.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/institution.hpp"
#include "proxy/exchange.hpp"
#include "proxy/faults/error_shapes.hpp"
#include "proxy/faults/plan.hpp"
#include "proxy/framing/head.hpp"

namespace vendaval::dialects {

/// Views into the session's buffers; valid only during the call.
struct request_view {
  std::string_view method, target, host;  // target in origin-form: "/api/links/?page=2"
  std::string_view body;  // whole when wants_body() said so and it fitted the limit; else empty. Never compressed
  std::span<framing::field const> fields{};
};
struct response_view {
  unsigned status = 0;
  std::string_view content_type;
  std::string_view body;   // whole when it could be inspected. Never compressed
  bool inspected = false;  // false: too large, or not text; judge by status alone
  std::span<framing::field const> fields{};
};

struct target {
  std::vector<std::string> institutions;  // ids; none = global; {"unknown"} when a link is not known
  operation what = operation::meta;
  std::string route;         // path with ids replaced: "/api/links/{id}/"; safe to log
  std::string link{};        // the one link it is about, if it names one
  bool parts = false;        // a list of several banks whose items without() can tell apart, and may
  bool lists_banks = false;  // the API's list of banks, or one entry of it: relisted() can change what it says of each
};
/// A fact to share with the other data threads: this link or resource belongs to this bank.
struct learned {
  std::string id, institution;
  bool is_link = false;  // a person's, not an account or a bank's number
};
/// What a webhook is about: words of the API's, and a bank's id or "unknown".
struct webhook {
  std::string institution, type, code, link;
};
struct judgement {
  outcome result = outcome::ok;
  std::string code;  // from the API's closed list, else empty
  weight counts = weight::good;
  std::vector<learned> news{};  // facts that were not known; the caller hands them to remember() on every thread
};

class dialect : public faults::error_shapes {
 public:
  /// Does the target depend on the body of this request?
  virtual bool wants_body(request_view const&) const = 0;
  virtual target read(request_view const&) = 0;
  /// What an answer says: how it went, and what it teaches.
  virtual judgement judge(request_view const&, response_view const&) const = 0;
  virtual void remember(std::span<learned const>) = 0;
  /// Targets to GET from the API, with this caller's credentials, whose answers would teach what read() did not know.
  virtual std::vector<std::string> questions(request_view const&) const { return {}; }
  /// The body with its absolute links to the upstream pointing at the proxy instead, every other byte untouched;
  /// nothing when there is nothing to change. `from` and `to` are origins: "https://sandbox.belvo.com".
  virtual std::optional<std::string> rewrite(std::string_view body, std::string_view from,
                                             std::string_view to) const = 0;
  /// The page without the items of these banks, every other byte untouched; nothing when it has none of them.
  virtual std::optional<std::string> without(std::string_view body, std::span<std::string const> banks) const {
    (void)body, (void)banks;
    return std::nullopt;
  }
  /// What a webhook of this API is about; nothing when it is none.
  virtual std::optional<webhook> read_webhook(std::string_view body) {
    (void)body;
    return std::nullopt;
  }
  /// A list of banks, or one entry of it, with these banks' status changed, every other byte untouched; nothing when it
  /// names none of them.
  virtual std::optional<std::string> relisted(std::string_view body,
                                              std::span<faults::plan::relisting const> banks) const {
    (void)body, (void)banks;
    return std::nullopt;
  }
  /// Makes what error() gave ready for the request it answers: what this API echoes, dates or says by endpoint.
  virtual void complete(faults::plan::answer&, request_view const&, wall_time now) const { (void)now; }
  /// Codes that error() knows.
  virtual std::vector<std::string> error_codes() const = 0;
  /// How an outcome that never reached judge() (network, timeout, client_gave_up) weighs on the bank.
  virtual weight weigh(outcome, unsigned status) const = 0;
};

}  // namespace vendaval::dialects
