#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace vendaval {

/// The whole file, or why not in errno's words ("No such file or directory"), without the path.
std::expected<std::string, std::string> read_file(std::string const& path);

/// All of it, however often the system interrupts or takes only a part; false and errno when it takes no more.
bool write_all(int fd, std::string_view text);

/// Replaces `path` with `text` so that a crash leaves the old file or the new one, never a part: temporary file in the
/// same folder, fsync, rename, fsync of the folder. `mode` as in chmod, e.g. 0600; the umask does not widen it.
/// Nothing on success, else why not in errno's words.
std::expected<void, std::string> write_file_durably(std::string const& path, std::string_view text, unsigned mode);

/// Adds `text` at the end of `path`, which is made with `mode` when it is not there. Not durable before the system
/// thinks it is. Nothing on success, else why not in errno's words.
std::expected<void, std::string> append_to_file(std::string const& path, std::string_view text, unsigned mode);

}  // namespace vendaval
