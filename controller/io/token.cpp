#include "controller/io/token.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/io/file.hpp"

namespace vendaval::controller {

secret read_token(std::string const& file) {
  if (file.empty()) return {};
  auto text = read_file(file);
  if (!text) throw std::runtime_error(fmt::format("cannot read the token in {}: {}", file, text.error()));
  while (text->ends_with('\n') || text->ends_with('\r') || text->ends_with(' ')) text->pop_back();
  return secret(std::move(*text));
}

}  // namespace vendaval::controller
