#include "proxy/toxics/http_units.hpp"

#include <utility>

#include "proxy/framing/head.hpp"

namespace vendaval::toxics {

std::vector<http_units::part> http_units::cut(course& c, std::string_view bytes) {
  std::vector<part> result;
  for (auto rest = bytes; !rest.empty();) {
    auto const used = step(c, rest);
    if (!result.empty() && result.back().unit == c.unit)
      result.back().bytes += rest.substr(0, used);
    else if (used > 0)
      result.push_back({std::string(rest.substr(0, used)), c.unit});
    rest.remove_prefix(used);
  }
  return result;
}

/// How many of these bytes belong to c.unit, which may have become the next one.
std::size_t http_units::step(course& c, std::string_view bytes) {
  if (c.at == state::blind) return bytes.size();
  if (c.at == state::between) {
    if (!std::exchange(c.interim, false)) ++c.unit;
    c.at = state::head;
  }
  if (c.at == state::head) return read_head(c, bytes);
  auto const used = c.body.take(bytes);
  if (c.body.bad())
    c.at = state::blind;
  else if (c.body.done())
    c.at = state::between;
  return used;
}

std::size_t http_units::read_head(course& c, std::string_view bytes) {
  bool const request = &c == &up_;
  auto const before = c.head.size();
  c.head += bytes;
  framing::request_head asked;
  framing::response_head answered;
  auto const method = asked_.empty() ? std::string_view() : std::string_view(asked_.front());
  auto const seen =
      request ? framing::read_request(c.head, {}, asked) : framing::read_response(c.head, method, {}, answered);
  if (seen.refused() || (!request && asked_.empty())) c.at = state::blind;
  if (!seen.whole() || c.at == state::blind) return bytes.size();
  auto const used = (request ? asked.size : answered.size) - before;
  c.body = framing::body_cursor(request ? asked.body : answered.body);
  c.at = c.body.done() ? state::between : state::body;
  if (request)
    heard_request(asked.method);
  else
    heard_answer(answered.status);
  c.head.clear();
  return used;
}

void http_units::heard_answer(unsigned status) {
  if (status >= 100 && status < 200 && status != 101) {
    down_.interim = true;
    down_.at = state::between;
    return;
  }
  bool const tunnel = status == 101 || (asked_.front() == "CONNECT" && status < 300);
  asked_.pop_front();
  if (tunnel) up_.at = down_.at = state::blind;
}

}  // namespace vendaval::toxics
