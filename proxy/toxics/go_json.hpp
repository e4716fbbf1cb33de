#pragma once
/// JSON as Toxiproxy's clients know it answered: what Go's decoder accepts, in its words when it does not.
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace vendaval::toxics {

namespace json = boost::json;

/// The value, or Go's sentence: "EOF", "invalid character 'g' looking for beginning of value".
std::expected<json::value, std::string> parse_body(std::string_view body);

/// "json: cannot unmarshal array into Go value of type toxiproxy.Proxy"
std::string wrong_root(json::value const& got, std::string_view wanted);

/// The member of that name in any case, as Go matches them; null when absent or null.
json::value const* member(json::object const& from, std::string_view name);

/// Visits the fields of a struct as Go's decoder would: absent and null leave the value, unknown members are passed
/// over, and the first wrong type is what is complained of.
class go_fields {
 public:
  /// `place` is what Go calls it: "Proxy", "LatencyToxic.attributes".
  go_fields(json::object const& from, std::string_view place) : from_(from), place_(place) {}

  void operator()(std::string_view name, std::string& value);
  void operator()(std::string_view name, bool& value);
  void operator()(std::string_view name, std::int64_t& value);
  void operator()(std::string_view name, double& value);
  /// Null when there is no such member, or it is no object.
  json::object const* object(std::string_view name);
  bool has(std::string_view name) const { return member(from_, name) != nullptr; }

  std::string const& error() const { return error_; }  // empty: all is well

 private:
  void complain(std::string_view name, json::value const& got, std::string_view wanted);

  json::object const& from_;
  std::string place_, error_;
};

/// A JSON string with its quotes.
std::string quoted(std::string_view text);

}  // namespace vendaval::toxics
