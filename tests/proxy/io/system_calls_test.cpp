#include "proxy/io/system_calls.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <thread>

namespace vendaval::io {
namespace {

using boost::asio::ip::tcp;

struct a_pair_of_sockets : testing::Test {
  boost::asio::io_context io;
  tcp::acceptor listener{io, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
  tcp::socket client{io}, server{io};
  std::array<char, 64> room{};

  void meet() {
    client.connect(listener.local_endpoint());
    server = listener.accept();
    prepare(server.native_handle());
  }
  /// The system begins to stamp in its own time after it is first asked.
  void wait_for_stamps() {
    for (received got; !got.came;) {
      boost::asio::write(client, boost::asio::buffer(std::string_view("x")));
      do got = receive();
      while (got.count < 0);
    }
  }
  received receive() { return receive_now(server.native_handle(), room.data(), room.size()); }
};

TEST_F(a_pair_of_sockets, TellsWhenBytesCameInHoweverLateTheyAreTaken) {
  constexpr duration drift = 2ms, late = 30ms;  // two clocks are read one after the other
  stamp_arrivals(listener.native_handle());
  meet();
  wait_for_stamps();
  auto const before = std::chrono::steady_clock::now();
  boost::asio::write(client, boost::asio::buffer(std::string_view("GET")));
  auto const after = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(late);
  auto const got = receive();
  ASSERT_EQ(got.count, 3);
  ASSERT_TRUE(got.came);
  EXPECT_GE(*got.came, before - drift);
  EXPECT_LE(*got.came, after + drift);
}

TEST_F(a_pair_of_sockets, SaysNothingOfItWhereNobodyAsked) {
  meet();
  boost::asio::write(client, boost::asio::buffer(std::string_view("GET")));
  auto const got = receive();
  EXPECT_EQ(got.count, 3);
  EXPECT_FALSE(got.came);
}

TEST_F(a_pair_of_sockets, TellsWhetherAnythingIsLeft) {
  meet();
  boost::asio::write(client, boost::asio::buffer(std::string(100, 'x')));
  EXPECT_FALSE(receive().drained);
  EXPECT_TRUE(receive().drained);
  EXPECT_EQ(receive().count, -1);
}

}  // namespace
}  // namespace vendaval::io
