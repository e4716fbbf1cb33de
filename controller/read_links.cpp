#include "controller/read_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "controller/read_criteria.hpp"

namespace vendaval::controller {
namespace {

constexpr std::size_t most_problems = 20, longest_id = 64;

struct cell {
  std::string text;
  unsigned column;  // where it begins, 1-based
};

/// One line in its cells; nothing when a quote is not closed on it.
std::optional<std::vector<cell>> cells_of(std::string_view line, char separator) {
  std::vector<cell> result{{{}, 1}};
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"')
      result.back().text += line[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == separator && !quoted)
      result.push_back({{}, static_cast<unsigned>(i + 2)});
    else
      result.back().text += c;
  }
  if (quoted) return std::nullopt;
  for (auto& one : result) {
    auto const begin = one.text.find_first_not_of(" \t");
    one.text = begin == std::string::npos ? "" : one.text.substr(begin, one.text.find_last_not_of(" \t") - begin + 1);
  }
  return result;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

class links_reader {
 public:
  links_reader(std::string const& file, institutions const& banks) : file_(file), banks_(banks) {}

  std::expected<link_table, problems> read(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    while (!text.empty() && !headless_ && problems_.size() < most_problems) {
      auto line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++line_;
      if (line.find_first_not_of(" \t") != std::string_view::npos) take(line);
    }
    if (!separator_) fail(0, "the file is empty", "its first line names the columns: link_id,institution");
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return std::move(links_);
  }

 private:
  void fail(unsigned column, std::string what, std::string help, std::size_t width = 1) {
    problems_.push_back({file_, column == 0 ? 0 : line_, column, static_cast<unsigned>(std::max<std::size_t>(width, 1)),
                         std::move(what), std::move(help)});
  }

  void take(std::string_view line) {
    bool const head = !separator_;
    if (head) separator_ = line.find(';') != std::string_view::npos ? ';' : ',';
    auto const cells = cells_of(line, *separator_);
    if (!cells) return fail(1, "a quote is not closed on its line", "a link and its institution need no quotes");
    head ? take_head(*cells) : take_link(*cells);
  }

  void take_head(std::vector<cell> const& cells) {
    auto const place_of = [&](std::string_view name) {
      auto const found = std::ranges::find(cells, name, &cell::text);
      if (found == cells.end())
        fail(1, fmt::format("no column is called {}", name), "the first line names the columns: link_id,institution");
      return static_cast<std::size_t>(found - cells.begin());
    };
    link_column_ = place_of("link_id");
    bank_column_ = place_of("institution");
    headless_ = !problems_.empty();
  }

  void take_link(std::vector<cell> const& cells) {
    if (auto const needed = std::max(link_column_, bank_column_) + 1; cells.size() < needed)
      return fail(1, fmt::format("this line has {} of the {} columns", cells.size(), needed),
                  "write link_id,institution");
    auto const& link = cells[link_column_];
    auto const& bank = cells[bank_column_];
    if (!is_id(link.text))
      return fail(link.column, fmt::format("\"{}\" is not the id of a link", link.text.substr(0, longest_id)),
                  "up to 64 letters, digits and dashes, as Belvo gives it", link.text.size());
    auto const* known = banks_.find(bank.text);
    if (!known)
      return fail(bank.column, fmt::format("unknown institution \"{}\"", bank.text),
                  accepted_names(bank.text, banks_.ids()), bank.text.size());
    auto const [before, fresh] = links_.emplace(link.text, known->id);
    if (!fresh && before->second != known->id)
      fail(link.column, fmt::format("this link is said to be of {} already", before->second),
           "a link belongs to one institution", link.text.size());
  }

  std::string const& file_;
  institutions const& banks_;
  problems problems_;
  link_table links_;
  std::optional<char> separator_;  // known from the first line on
  std::size_t link_column_ = 0, bank_column_ = 0;
  unsigned line_ = 0;
  bool headless_ = false;  // without its columns no line can be read
};

}  // namespace

std::expected<link_table, problems> read_links(std::string_view text, std::string const& file,
                                               institutions const& banks) {
  return links_reader(file, banks).read(text);
}

}  // namespace vendaval::controller
