#include "sandbox/app/directory.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

namespace vendaval::sandbox {
namespace {

namespace json = boost::json;

std::string_view text(json::object const& item, std::string_view key) {
  auto const* value = item.if_contains(key);
  auto const* found = value ? value->if_string() : nullptr;
  return found ? std::string_view(found->data(), found->size()) : std::string_view{};
}

void learn(directory& into, institutions const& known, json::object const& item) {
  bool const is_link = item.contains("institution");
  auto const* bank = known.find(is_link ? text(item, "institution") : text(item, "name"));
  if (!bank) return;
  auto& entry = into[bank->id];
  auto const* id = item.if_contains("id");
  if (is_link && id && id->is_string()) {
    std::string const link(id->as_string());
    if (std::ranges::find(entry.links, link) == entry.links.end()) entry.links.push_back(link);
  }
  if (!is_link && id && id->is_int64()) entry.number = std::to_string(id->as_int64());
}

/// "https://host:port/api/links/?page=2" → "/api/links/?page=2": the app goes on asking the host it was told to ask.
std::string target_of(std::string_view url) {
  auto const host = url.find("://");
  if (host == std::string_view::npos) return std::string(url);
  auto const path = url.find('/', host + 3);
  return path == std::string_view::npos ? "/" : std::string(url.substr(path));
}

}  // namespace

std::optional<std::string> learn_page(directory& into, institutions const& known, std::string_view body) {
  boost::system::error_code error;
  auto const page = json::parse(body, error);
  auto const* object = error ? nullptr : page.if_object();
  auto const* results = object ? object->if_contains("results") : nullptr;
  if (!results || !results->is_array())
    throw std::runtime_error("expected a page {\"results\": […]} and got something else");
  for (auto const& item : results->as_array())
    if (item.is_object()) learn(into, known, item.as_object());
  auto const next = text(*object, "next");
  if (next.empty()) return std::nullopt;
  return target_of(next);
}

}  // namespace vendaval::sandbox
