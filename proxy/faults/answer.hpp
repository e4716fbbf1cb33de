#pragma once
#include <array>
#include <string>
#include <vector>

#include "proxy/faults/shaping.hpp"

namespace vendaval::faults {

/// Any answer at all, in place of the upstream's.
///   kind = "answer"
///   status = 503
///   content_type = "text/html; charset=utf-8"
///   reply_headers = ["Retry-After: 120"]
///   body = "<h1>Em manutenção</h1>"
/// or one of the pages that banks really serve:
///   page = "maintenance"     # 200 and HTML · empty: 200 and nothing · broken_json: 200, JSON that stops in the middle
///                            # wrong_type: 200, JSON that calls itself HTML
struct answer {
  static constexpr std::string_view name = "answer";
  static constexpr std::string_view about =
      "Answers with any status, headers and body, or with a page that only looks like success.";
  static constexpr peers elsewhere{"-", "abort.http_status", "stub; EMPTY_RESPONSE for page = \"empty\""};
  static constexpr reach acts = reach::either;
  enum class pages : std::uint8_t { none, maintenance, empty, broken_json, wrong_type };
  static constexpr std::array<std::string_view, 5> page_names{"none", "maintenance", "empty", "broken_json",
                                                              "wrong_type"};

  pages page = pages::none;
  unsigned status = 200;
  std::string content_type{}, body{};
  std::vector<std::string> headers{};  // "Name: value"

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("page", self.page, meaning{"a page ready made: then body and content_type are its own"}, page_names);
    visit("status", self.status, meaning{"of the answer"}, 200u, 599u);
    visit("content_type", self.content_type, meaning{"its Content-Type; left out, none"});
    visit("body", self.body, meaning{"sent as it stands here"});
    visit("reply_headers", self.headers, meaning{"further ones, each as \"Name: value\""});
  }
  bool ends() const { return true; }
  void check(fault_checks& checks) const;
  bool random() const { return false; }
  bool shape(plan& p, shaping_context&) const;
};

}  // namespace vendaval::faults
