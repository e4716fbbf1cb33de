#include "controller/io/latch_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <filesystem>
#include <system_error>

#include "base/io/file.hpp"

namespace vendaval::controller {
namespace {

constexpr std::size_t longest_line = 200;

int watch_on(std::string const& folder) {
  int const changes = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (changes < 0) throw std::system_error(errno, std::generic_category(), "inotify");
  if (::inotify_add_watch(changes, folder.c_str(), IN_CREATE | IN_MOVED_TO) < 0) {
    int const why = errno;
    ::close(changes);
    throw std::system_error(why, std::generic_category(), "cannot watch " + folder + " for the kill switch");
  }
  return changes;
}

}  // namespace

latch_watch::latch_watch(boost::asio::io_context& io, std::string file,
                         std::function<void(std::string const&)> appeared)
    : file_(std::move(file)),
      appeared_(std::move(appeared)),
      changes_(io, watch_on(std::filesystem::path(file_).parent_path().string())) {
  listen();
}

/// Which file it was is not looked at: whether ours is there now is what counts.
void latch_watch::listen() {
  changes_.async_read_some(boost::asio::buffer(news_), [this](boost::system::error_code error, std::size_t) {
    if (error) return;
    if (auto const text = read_file(file_)) appeared_(text->substr(0, std::min(text->find('\n'), longest_line)));
    listen();
  });
}

}  // namespace vendaval::controller
