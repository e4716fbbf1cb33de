#pragma once
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <string>

namespace vendaval::controller {

/// The kill switch for whoever has nothing but a shell: tells when the latch file appears, by anybody's hand and also
/// by our own.
class latch_watch {
 public:
  /// `appeared` is called on `io`, with the first line of the file, which may be empty. Throws std::system_error when
  /// the kernel has no watch to give, or the file's folder is not there.
  latch_watch(boost::asio::io_context& io, std::string file, std::function<void(std::string const&)> appeared);

 private:
  void listen();

  std::string file_;
  std::function<void(std::string const&)> appeared_;
  boost::asio::posix::stream_descriptor changes_;
  alignas(8) std::array<char, 4096> news_{};
};

}  // namespace vendaval::controller
