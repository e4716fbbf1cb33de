#include "proxy/faults/answer.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "proxy/framing/characters.hpp"

namespace vendaval::faults {
namespace {

constexpr std::string_view maintenance_page =
    "<!DOCTYPE html>\n<html lang=\"pt-BR\"><head><meta charset=\"utf-8\"><title>Manutenção programada</title></head>\n"
    "<body><h1>Manutenção programada</h1><p>Nossos serviços estão em manutenção. Tente novamente mais tarde.</p>"
    "</body></html>\n";
constexpr std::string_view json_page = R"({"count":1,"next":null,"previous":null,"results":[]})";

http_header header_of(std::string_view line) {
  auto const colon = line.find(':');
  return {std::string(line.substr(0, colon)), std::string(framing::trim(line.substr(colon + 1)))};
}

/// Fields that frame a message, or belong to this hop, are written by the proxy alone.
bool ours(std::string_view name) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"Content-Length", "Transfer-Encoding", "Connection", "Content-Type"},
      [name](std::string_view taken) { return same_name(taken, name); });
}

void check_header(std::string const& line, std::size_t at, fault_checks& checks) {
  auto const header = header_of(line);
  if (line.find(':') == std::string::npos || !framing::is_token(header.name) ||
      !std::ranges::all_of(header.value, framing::value_char))
    checks.fail_at("reply_headers", at, fmt::format("\"{}\" is not a header", line), "write it as \"Name: value\"");
  else if (ours(header.name))
    checks.fail_at("reply_headers", at, fmt::format("{} is written by the proxy itself", header.name),
                   same_name(header.name, "Content-Type") ? "use content_type" : "leave it out");
}

}  // namespace

void answer::check(fault_checks& checks) const {
  for (std::size_t i = 0; i < headers.size(); ++i) check_header(headers[i], i, checks);
  if (!std::ranges::all_of(content_type, framing::value_char))
    checks.fail("content_type", "content_type holds a control byte",
                "for example: content_type = \"application/json\"");
  for (std::string_view const key : {"body", "content_type"})
    if (page != pages::none && checks.given(key))
      checks.fail(key, fmt::format("{} and page are both given", key), "a page brings its own; leave one of them out");
}

bool answer::shape(plan& p, shaping_context&) const {
  plan::answer made{status, {}, content_type, body, {}};
  if (page == pages::maintenance) made.content_type = "text/html; charset=utf-8", made.body = maintenance_page;
  if (page == pages::empty) made.content_type = "application/json", made.body.clear();
  if (page == pages::broken_json)
    made.content_type = "application/json", made.body = json_page.substr(0, json_page.size() / 2);
  if (page == pages::wrong_type) made.content_type = "text/html; charset=utf-8", made.body = json_page;
  for (auto const& line : headers) made.headers.push_back(header_of(line));
  p.end = std::move(made);
  return true;
}

}  // namespace vendaval::faults
