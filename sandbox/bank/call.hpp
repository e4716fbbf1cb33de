#pragma once
/// One request on its way through the bank, and how its body is read. Internal to sandbox/bank.
#include "sandbox/bank/bank.hpp"
#include "sandbox/bank/errors.hpp"
#include "sandbox/bank/store.hpp"

namespace vendaval::sandbox {

struct bank::call {
  http_request const& request;
  time_point now;
  dice& d;
  std::string area, resource, id;  // /{area}/{resource}/{id}/; "api" or "sandbox"
  bool known_path = true;
  std::vector<webhook> webhooks;  // that it causes

  call(http_request const& r, time_point t, dice& dice_of_call);
  operation what() const;
  bool is(std::string_view method) const { return request.method == method; }
  http_response refuse(bank_error const& e) { return error_answer(e, d); }
  http_response refuse_method() { return refuse(errors::method_not_allowed(request.method)); }
};

/// What a retrieve asks for; kept while it waits for its second factor.
struct bank::waiting {
  std::string resource, link, from, to;  // from empty: whatever the date
  bool save = true;
  time_point expires{};
};

/// A JSON object in a request, read field by field; what is wrong with it is collected, because Belvo complains of all
/// fields at once.
class request_body {
 public:
  explicit request_body(std::string const& text);
  bool parsed() const { return parsed_; }
  /// The text at `key`; empty, with a complaint, when it is absent, null or no text.
  std::string required(std::string const& key);
  std::string optional(std::string const& key, std::string otherwise = {});
  std::string required_date(std::string const& key);
  std::string optional_date(std::string const& key, std::string otherwise);
  bool flag(std::string const& key, bool otherwise) const;
  std::vector<bank_error> wrong;

 private:
  std::string checked_date(std::string const& key, std::string value);

  bool parsed_ = false;
  boost::json::object object_;
};

inline http_response json_answer(boost::json::value const& body, unsigned status = 200) {
  http_response answer;
  answer.status = status;
  answer.body = boost::json::serialize(body);
  return answer;
}

inline http_response empty_answer() {
  http_response answer;
  answer.status = 204;
  return answer;
}

}  // namespace vendaval::sandbox
