#include "proxy/toxics/exposition.hpp"

#include <fmt/format.h>

namespace vendaval::toxics {
namespace {

/// A label's value: backslash, quote and line feed are escaped.
std::string label(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '\\' || c == '"') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result;
}

void counter(std::string& out, proxy_book const& book, std::string_view name, std::string_view help,
             std::uint64_t byte_counts::* which) {
  out += fmt::format("# HELP {} {}\n# TYPE {} counter\n", name, help, name);
  for (auto const& [id, p] : book.all())
    for (auto const way : {direction::downstream, direction::upstream})
      out += fmt::format("{}{{direction=\"{}\",listener=\"{}\",proxy=\"{}\",upstream=\"{}\"}} {}\n", name, word(way),
                         label(p.listen), label(id), label(p.upstream), book.counts(id, way).*which);
}

}  // namespace

std::string exposition(proxy_book const& book) {
  std::string out;
  counter(out, book, "toxiproxy_proxy_received_bytes_total", "Bytes that came in, counted as they come.",
          &byte_counts::received);
  counter(out, book, "toxiproxy_proxy_sent_bytes_total", "Bytes that went on, counted as they go.", &byte_counts::sent);
  out += "# HELP vendaval_toxics Toxics hung on a proxy.\n# TYPE vendaval_toxics gauge\n";
  for (auto const& [id, p] : book.all())
    out += fmt::format("vendaval_toxics{{proxy=\"{}\"}} {}\n", label(id), p.toxics.size());
  return out;
}

}  // namespace vendaval::toxics
