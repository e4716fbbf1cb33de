#pragma once
#include <string>

#include "base/redact.hpp"

namespace vendaval::controller {

/// The token in a file, without the line's end; empty for no file. Throws std::runtime_error that names the file.
secret read_token(std::string const& file);

}  // namespace vendaval::controller
