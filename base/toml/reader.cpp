#include "base/toml/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "base/did_you_mean.hpp"
#include "base/toml/shown_line.hpp"

namespace vendaval {
namespace {

unsigned width_of(toml::source_region const& region) {
  if (region.end.line != region.begin.line || region.end.column <= region.begin.column) return 1;
  return region.end.column - region.begin.column;
}

std::string quoted(std::span<std::string_view const> words) {
  return fmt::format("\"{}\"", fmt::join(words, "\", \""));
}

std::optional<std::size_t> position(std::span<std::string_view const> words, std::string_view word) {
  auto const found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::string accepted(std::span<std::string_view const> words, std::string_view typed) {
  std::vector<std::string> const all(words.begin(), words.end());
  auto const near = did_you_mean(typed, all);
  return (near ? fmt::format("did you mean \"{}\"? ", *near) : "") + "accepted: " + quoted(words);
}

template <class T>
std::string outside(std::string_view key, T value, T least, T most) {
  return fmt::format("{} = {} is outside {} to {}", key, value, least, most);
}

}  // namespace

std::optional<toml_document> parse_toml(std::string file, std::string text, problems& out) {
  toml_document document{std::move(file), std::move(text), {}};
  try {
    document.table = toml::parse(document.text, std::string_view(document.file));
  } catch (toml::parse_error const& error) {
    auto const& at = error.source();
    out.push_back(
        {document.file, at.begin.line, at.begin.column, width_of(at), without_quotes(error.description()), {}, true});
    return std::nullopt;
  }
  return document;
}

toml::node const* table_reader::take(std::string_view key) {
  if (std::ranges::find(taken_, key) == taken_.end()) taken_.emplace_back(key);
  return table_.get(key);
}

std::string table_reader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

bool table_reader::says(std::string_view key, std::string_view text) {
  bool const so = table_.get(key) && table_.get(key)->value<std::string_view>() == text;
  if (so) take(key);
  return so;
}

void table_reader::report(toml::node const* node, std::string what, std::string help) {
  auto const& at = node ? node->source() : table_.source();
  out_.push_back({file_, at.begin.line, at.begin.column, node ? width_of(at) : 1, std::move(what), std::move(help)});
}

void table_reader::fail(std::string_view key, std::string what, std::string help) {
  report(table_.get(key), std::move(what), std::move(help));
}

void table_reader::fail_at(std::string_view key, std::size_t index, std::string what, std::string help) {
  auto const* array = table_.get_as<toml::array>(key);
  report(array ? array->get(index) : table_.get(key), std::move(what), std::move(help));
}

void table_reader::require(std::string_view key) {
  if (!has(key)) report(nullptr, fmt::format("\"{}\" is missing here", key), fmt::format("add: {} = …", key));
}

void table_reader::operator()(std::string_view key, duration& value, duration least, duration most) {
  auto const* node = take(key);
  if (!node) return;
  auto const text = node->value_exact<std::string>();
  auto const parsed = text ? parse_duration(*text) : std::nullopt;
  if (!parsed) return report(node, fmt::format("{} must be a duration such as \"250ms\", \"30s\" or \"3m\"", key), {});
  if (*parsed < least || *parsed > most) return report(node, outside(key, *text, show(least), show(most)), {});
  value = *parsed;
}

void table_reader::operator()(std::string_view key, percent& value, percent least, percent most) {
  auto const* node = take(key);
  if (!node) return;
  auto const text = node->value_exact<std::string>();
  auto const parsed = text ? parse_percent(*text) : std::nullopt;
  if (!parsed) return report(node, fmt::format("{} must be a percentage in quotes such as \"30%\"", key), {});
  if (*parsed < least || *parsed > most) return report(node, outside(key, *text, show(least), show(most)), {});
  value = *parsed;
}

void table_reader::operator()(std::string_view key, bytes& value, bytes least, bytes most) {
  auto const* node = take(key);
  if (!node) return;
  auto const text = node->value_exact<std::string>();
  auto const parsed = text ? parse_bytes(*text) : std::nullopt;
  if (!parsed) return report(node, fmt::format("{} must be a size such as \"64KiB\" or \"1MiB\"", key), {});
  if (*parsed < least || *parsed > most) return report(node, outside(key, *text, show(least), show(most)), {});
  value = *parsed;
}

void table_reader::operator()(std::string_view key, double& value, double least, double most) {
  auto const* node = take(key);
  if (!node) return;
  auto const number = node->is_number() ? node->value<double>() : std::nullopt;
  if (!number) return report(node, fmt::format("{} must be a number from {} to {}", key, least, most), {});
  if (!(*number >= least && *number <= most)) return report(node, outside(key, *number, least, most), {});
  value = *number;
}

void table_reader::operator()(std::string_view key, bool& value) {
  auto const* node = take(key);
  if (!node) return;
  auto const given = node->value_exact<bool>();
  if (!given) return report(node, fmt::format("{} must be true or false", key), {});
  value = *given;
}

void table_reader::operator()(std::string_view key, std::string& value) {
  auto const* node = take(key);
  if (!node) return;
  auto given = node->value_exact<std::string>();
  if (!given) return report(node, fmt::format("{} must be a text in quotes", key), {});
  value = std::move(*given);
}

void table_reader::operator()(std::string_view key, std::vector<std::string>& value) {
  auto const* node = take(key);
  if (!node) return;
  auto const* array = node->as_array();
  if (!array || !(array->empty() || array->is_homogeneous<std::string>()))
    return report(node, fmt::format("{} must be a list of texts such as [\"itau\", \"bb\"]", key), {});
  value.clear();
  for (auto const& element : *array) value.push_back(*element.value<std::string>());
}

std::optional<std::int64_t> table_reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  auto const* node = take(key);
  if (!node) return std::nullopt;
  auto const number = node->value_exact<std::int64_t>();
  if (number && *number >= least && *number <= most) return number;
  report(node,
         number ? outside(key, *number, least, most)
                : fmt::format("{} must be a whole number from {} to {}", key, least, most),
         {});
  return std::nullopt;
}

std::optional<std::size_t> table_reader::choice(std::string_view key, std::span<std::string_view const> words) {
  auto const* node = take(key);
  if (!node) return std::nullopt;
  auto const text = node->value_exact<std::string>();
  auto const found = text ? position(words, *text) : std::nullopt;
  if (!found)
    report(node, fmt::format("{} must be one of the words accepted here", key), accepted(words, text.value_or("")));
  return found;
}

std::optional<std::vector<std::size_t>> table_reader::choices(std::string_view key,
                                                              std::span<std::string_view const> words) {
  std::vector<std::string> given;
  auto const before = out_.size();
  (*this)(key, given);
  if (!has(key) || out_.size() != before) return std::nullopt;
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (auto const found = position(words, given[i]))
      result.push_back(*found);
    else
      fail_at(key, i, fmt::format("{} does not know \"{}\"", key, given[i]), accepted(words, given[i]));
  }
  return result;
}

bool table_reader::table(std::string_view key, std::function<void(table_reader&)> const& read) {
  auto const* node = take(key);
  if (!node) return false;
  auto const* inner = node->as_table();
  if (!inner) {
    report(node, fmt::format("{} must be a table", key), fmt::format("write [{}] on a line of its own", path_of(key)));
    return true;
  }
  table_reader reader(*inner, file_, out_, path_of(key));
  read(reader);
  reader.finish();
  return true;
}

void table_reader::each(std::string_view key, std::function<void(table_reader&)> const& read) {
  auto const* node = take(key);
  if (!node) return;
  auto const* array = node->as_array();
  if (!array || !(array->empty() || array->is_homogeneous<toml::table>()))
    return report(node, fmt::format("{} must be a list of tables", key),
                  fmt::format("write [[{}]] on a line of its own, once for each", path_of(key)));
  for (auto const& element : *array) {
    table_reader reader(*element.as_table(), file_, out_, path_of(key));
    read(reader);
    reader.finish();
  }
}

void table_reader::strings(std::function<void(std::string_view key, std::string value)> const& take_pair) {
  for (auto&& [key, node] : table_) {
    take(key.str());
    if (auto text = node.value_exact<std::string>())
      take_pair(key.str(), std::move(*text));
    else
      report(&node, fmt::format("{} must be a text in quotes", key.str()), {});
  }
}

void table_reader::skip_rest() {
  for (auto&& [key, node] : table_) take(key.str());
}

void table_reader::finish() {
  for (auto&& [key, node] : table_) {
    if (std::ranges::find(taken_, key.str()) != taken_.end()) continue;
    auto const near = did_you_mean(key.str(), taken_);
    auto const known = taken_.empty() ? std::string("nothing is accepted here")
                                      : fmt::format("accepted here: {}", fmt::join(taken_, ", "));
    out_.push_back({file_, key.source().begin.line, key.source().begin.column, width_of(key.source()),
                    fmt::format("unknown key \"{}\"", key.str()),
                    (near ? fmt::format("did you mean \"{}\"? ", *near) : "") + known});
  }
}

}  // namespace vendaval
