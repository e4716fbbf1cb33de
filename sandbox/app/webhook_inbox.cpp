#include "sandbox/app/webhook_inbox.hpp"

#include <boost/json.hpp>

namespace vendaval::sandbox {

void webhook_inbox::take(std::string_view body) {
  ++count_;
  boost::system::error_code wrong;
  auto const value = boost::json::parse(body, wrong);
  auto const* const object = wrong ? nullptr : value.if_object();
  auto const* const type = object ? object->if_contains("webhook_type") : nullptr;
  bool const known = type && type->is_string();
  ++by_type_[known ? std::string(type->as_string()) : "unreadable"];
}

}  // namespace vendaval::sandbox
