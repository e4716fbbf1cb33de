#include "bench/load/answer_reader.hpp"

#include <fmt/format.h>
#include <strings.h>

#include <charconv>
#include <stdexcept>

namespace vendaval::bench {
namespace {

constexpr std::size_t longest_head = 16 * 1024;
constexpr std::string_view end_of_head = "\r\n\r\n", length_field = "\r\ncontent-length:";

template <class Number>
std::optional<Number> number_at(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  Number value{};
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> content_length(std::string_view head) {
  for (auto at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    auto const line = head.substr(at);
    if (line.size() > length_field.size() && strncasecmp(line.data(), length_field.data(), length_field.size()) == 0)
      return number_at<std::uint64_t>(line.substr(length_field.size()));
  }
  return std::nullopt;
}

}  // namespace

void answer_reader::restart() {
  head_.clear();
  in_body_ = false;
  left_ = 0;
}

bool answer_reader::take(std::string_view bytes) {
  if (!in_body_) {
    auto const before = head_.size();
    head_.append(bytes);
    auto const end = head_.find(end_of_head);
    if (end == std::string::npos) {
      if (head_.size() > longest_head) throw std::runtime_error("an answer's head never ended");
      return false;
    }
    read_head(std::string_view(head_).substr(0, end + 2));
    in_body_ = true;
    bytes.remove_prefix(end + end_of_head.size() - before);
  }
  if (bytes.size() > left_) throw std::runtime_error("bytes after the end of an answer");
  left_ -= bytes.size();
  return left_ == 0;
}

void answer_reader::read_head(std::string_view head) {
  auto const status = head.starts_with("HTTP/1.1 ") ? number_at<unsigned>(head.substr(9)) : std::nullopt;
  auto const length = content_length(head);
  if (status != expected_.status || !length || (expected_.length && length != expected_.length))
    throw std::runtime_error(fmt::format("an answer was not the expected one:\n{}", head));
  left_ = *length;
}

}  // namespace vendaval::bench
