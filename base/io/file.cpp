#include "base/io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace vendaval {
namespace {

/// A file descriptor that closes itself.
class descriptor {
 public:
  explicit descriptor(int fd) : fd_(fd) {}
  ~descriptor() { close(); }
  descriptor(descriptor const&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }
  /// close() can report a write that failed late, so its answer counts.
  bool close() { return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0; }

 private:
  int fd_;
};

std::unexpected<std::string> last_error() { return std::unexpected(std::string(std::strerror(errno))); }

std::string folder_of(std::string const& path) {
  auto const slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    auto const written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::expected<std::string, std::string> read_file(std::string const& path) {
  descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return last_error();
  std::string text;
  char buffer[16384];
  for (;;) {
    auto const got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_error();
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

std::expected<void, std::string> write_file_durably(std::string const& path, std::string_view text, unsigned mode) {
  std::string temporary = path + ".XXXXXX";
  descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // created 0600
  if (!file) return last_error();
  bool const written = write_all(file.get(), text) && ::fchmod(file.get(), static_cast<mode_t>(mode)) == 0 &&
                       ::fsync(file.get()) == 0 && file.close() && ::rename(temporary.c_str(), path.c_str()) == 0;
  if (!written) {
    auto const error = last_error();
    ::unlink(temporary.c_str());
    return error;
  }
  descriptor const folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return last_error();
  return {};
}

std::expected<void, std::string> append_to_file(std::string const& path, std::string_view text, unsigned mode) {
  descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, static_cast<mode_t>(mode)));
  if (!file || !write_all(file.get(), text) || !file.close()) return last_error();
  return {};
}

}  // namespace vendaval
