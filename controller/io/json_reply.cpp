#include "controller/io/json_reply.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "base/did_you_mean.hpp"

namespace vendaval::controller {

http_response wrong_method(std::string_view accepted) {
  auto answer = refused(405, fmt::format("this path does not know that method; accepted: {}", accepted));
  answer.headers.push_back({"Allow", std::string(accepted)});
  return answer;
}

std::optional<std::string> objection(boost::json::object const& body, std::span<text_key const> keys) {
  std::vector<std::string> names;
  for (auto const& key : keys) names.emplace_back(key.name);
  for (auto const& [key_name, value] : body) {
    std::string_view const name = key_name;
    auto const known = std::ranges::find(keys, name, &text_key::name);
    if (known == keys.end()) {
      auto const near = did_you_mean(name, names);
      return fmt::format("\"{}\" is not known here; {}accepted: {}", name,
                         near ? fmt::format("did you mean \"{}\"? ", *near) : "", fmt::join(names, ", "));
    }
    if (!value.is_string()) return fmt::format("{} must be a text such as \"{}\"", known->name, known->example);
  }
  return std::nullopt;
}

}  // namespace vendaval::controller
