#include "proxy/io/channel.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ssl/error.hpp>
#include <cstring>
#include <optional>
#include <thread>

#include "base/io/certificates.hpp"
#include "tests/proxy/io/tls_peer.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::io {
namespace {

using test::temporary_folder;
using test::tls_peer;

/// A channel on this thread and a peer of plain OpenSSL on another, over a real socket.
class Channel : public testing::Test {
 protected:
  Channel() : ca(ensure_local_ca(folder.path())) {
    auto const leaf = ensure_leaf(ca, folder.path(), "leaf", {"bank.test"});
    server = server_context(leaf);
    client.emplace(asio::ssl::context::tls_client);
    client->load_verify_file(ca.certificate);
    keep_sessions(client->native_handle());
    acceptor.open(tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    acceptor.listen();
  }

  /// Plays `ours` against `theirs` until both have ended.
  template <class Ours, class Theirs>
  void play(Ours ours, Theirs theirs) {
    tcp_socket near(io.get_executor()), far(io.get_executor());
    far.connect(acceptor.local_endpoint());
    acceptor.accept(near);
    channel here(bench, io, std::move(near));
    std::jthread const other([&theirs, fd = far.release()] {
      tls_peer there(fd);
      theirs(there);
    });
    bool ended = false;
    auto const script = [&]() -> awaitable<void> {
      co_await ours(here);
      here.abort();
    };
    asio::co_spawn(io, script(), [&ended](std::exception_ptr error) { ended = !error; });
    io.restart();
    io.run_for(std::chrono::seconds(20));
    EXPECT_TRUE(ended);
    here.abort();
  }

  static awaitable<std::string> hear(channel& from, std::size_t count) {
    std::string all(count, '\0');
    std::size_t heard = 0;
    while (heard < count) {
      auto const got = co_await from.read_some(asio::buffer(all.data() + heard, count - heard));
      if (got.error) break;
      heard += got.count;
    }
    co_return all.substr(0, heard);
  }
  static awaitable<error_code> end_of(channel& from) {
    char byte;
    auto const got = co_await from.read_some(asio::buffer(&byte, 1));
    co_return got.error;
  }
  static awaitable<error_code> say(channel& to, std::string_view head, std::string_view body = {}) {
    channel::pieces const what{asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())};
    auto const error = co_await to.write(what);
    co_return error;
  }

  temporary_folder folder;
  local_ca ca;
  std::optional<asio::ssl::context> server, client;
  workbench bench;
  asio::io_context io;
  asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor{io.get_executor()};
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * 31 % 26);
  return text;
}

TEST_F(Channel, ReadsRecordsThatComeByteByByte) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    EXPECT_EQ(co_await hear(c, 11), "hello world");
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    auto const sealed = peer.seal("hello ") + peer.seal("world");
    for (char const c : sealed) peer.send_raw({&c, 1});
    peer.wait_for_end();
  });
}

TEST_F(Channel, OpensSeveralRecordsIntoASmallBufferWithoutLosingAny) {
  auto const text = pattern(100'000);
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    std::string all;
    char piece[777];
    while (all.size() < text.size()) {
      auto const got = co_await c.read_some(asio::buffer(piece));
      if (got.error) break;
      all.append(piece, got.count);
    }
    EXPECT_TRUE(all == text);
  };
  play(ours, [&](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    peer.say(text);
    peer.wait_for_end();
  });
}

TEST_F(Channel, WritesMoreThanTheSocketTakesAtOnce) {
  auto const text = pattern(8 << 20);
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    EXPECT_FALSE(co_await say(c, "head|", text));
    EXPECT_EQ(co_await hear(c, 4), "done");
  };
  play(ours, [&](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    EXPECT_TRUE(peer.hear(text.size() + 5) == "head|" + text);
    peer.say("done");
    peer.wait_for_end();
  });
}

TEST_F(Channel, WritesMoreThanAPlainSocketTakesAtOnce) {
  auto const text = pattern(8 << 20);
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await say(c, "head|", text));
    EXPECT_EQ(co_await hear(c, 4), "done");
  };
  play(ours, [&](tls_peer& peer) {
    EXPECT_TRUE(peer.hear_raw(text.size() + 5) == "head|" + text);
    peer.send_raw("done");
    peer.wait_for_end();
  });
}

TEST_F(Channel, PutsHeadAndBodyIntoOneRecord) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    EXPECT_FALSE(co_await say(c, "head ", "body"));
    EXPECT_EQ(co_await end_of(c), asio::error::eof);
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    EXPECT_EQ(peer.hear_record(), "head body");
    peer.say_goodbye();
    peer.wait_for_end();
  });
}

TEST_F(Channel, TellsAGoodbyeFromACut) {
  error_code polite, cut;
  auto const ending = [&](error_code& into) {
    return [&](channel& c) -> awaitable<void> {
      EXPECT_FALSE(co_await c.accept_tls(*server));
      EXPECT_EQ(co_await hear(c, 4), "last");
      into = co_await end_of(c);
    };
  };
  auto const with_goodbye = ending(polite), without = ending(cut);
  play(with_goodbye, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    peer.say("last");
    peer.say_goodbye();
    peer.wait_for_end();
  });
  play(without, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    peer.say("last");
    peer.shut();
    peer.wait_for_end();
  });
  EXPECT_EQ(polite, asio::error::eof);
  EXPECT_EQ(cut, asio::ssl::error::stream_truncated);
}

TEST_F(Channel, ToldOfAnEndThatCameTogetherWithTheLastBytes) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_EQ(co_await hear(c, 4), "last");
    EXPECT_EQ(co_await end_of(c), asio::error::eof);
  };
  play(ours, [](tls_peer& peer) {
    peer.send_raw("last");
    peer.shut();
    peer.wait_for_end();
  });
}

TEST_F(Channel, SaysGoodbyeBeforeItCloses) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    co_await c.close_politely();
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    EXPECT_EQ(peer.hear(1), "");
    EXPECT_TRUE(peer.was_told_goodbye());
    peer.say_goodbye();
    peer.shut();
  });
}

TEST_F(Channel, RefusesToNegotiateAnew) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    EXPECT_TRUE(co_await end_of(c));
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect(TLS1_2_VERSION));
    EXPECT_FALSE(peer.renegotiate());
  });
}

TEST_F(Channel, ChangesKeysWhenAsked) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    EXPECT_EQ(co_await hear(c, 3), "new");
    EXPECT_FALSE(co_await say(c, "keys"));
    EXPECT_EQ(co_await end_of(c), asio::error::eof);
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    ASSERT_TRUE(peer.ask_for_new_keys());
    peer.say("new");
    EXPECT_EQ(peer.hear(4), "keys");
    peer.say_goodbye();
    peer.wait_for_end();
  });
}

TEST_F(Channel, OffersTheLastSessionUnderTheSameNameAlone) {
  std::vector<bool> reused;
  auto const resume_as = [&](std::string name) {
    return [&, name](channel& c) -> awaitable<void> {
      auto const error = co_await c.connect_tls(*client, name);
      EXPECT_EQ(static_cast<bool>(error), name != "bank.test") << error.message();
      if (!error) EXPECT_EQ(co_await hear(c, 2), "ok");
    };
  };
  auto const serve = [&](tls_peer& peer) {
    if (!peer.accept(server->native_handle())) return;
    reused.push_back(peer.resumed());
    peer.say("ok");
    peer.wait_for_end();
  };
  auto const bank = resume_as("bank.test"), stranger = resume_as("other.test");
  play(bank, serve);
  play(bank, serve);
  play(stranger, serve);
  EXPECT_EQ(reused, (std::vector<bool>{false, true}));
}

TEST_F(Channel, NoticesAResetThatCameTogetherWithTheLastBytes) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    char first;
    auto got = co_await c.read_some(asio::buffer(&first, 1));  // the reset arrives while "ast" is still unread
    EXPECT_FALSE(got.error);
    asio::basic_waitable_timer<std::chrono::steady_clock> moment(io, std::chrono::milliseconds(50));
    co_await moment.async_wait(no_throw);
    std::string rest;
    for (;;) {
      char piece[64];
      got = c.try_read(asio::buffer(piece));
      rest.append(piece, got.count);
      if (got.error == asio::error::would_block) {
        c.rest();
        c.rest();
        co_await c.readable();
      } else if (got.error) {
        break;
      }
    }
    EXPECT_EQ(got.error, asio::error::connection_reset);
  };
  play(ours, [](tls_peer& peer) {
    peer.send_raw("last");
    peer.reset();
  });
}

TEST_F(Channel, EndsWhoeverWaitsWhenItIsAborted) {
  auto const ours = [&](channel& c) -> awaitable<void> {
    EXPECT_FALSE(co_await c.accept_tls(*server));
    asio::post(io, [&c] { c.abort(); });
    EXPECT_EQ(co_await end_of(c), asio::error::operation_aborted);
  };
  play(ours, [](tls_peer& peer) {
    ASSERT_TRUE(peer.connect());
    peer.wait_for_end();
  });
}

}  // namespace
}  // namespace vendaval::io
