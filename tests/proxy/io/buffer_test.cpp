#include "proxy/io/buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vendaval::io {
namespace {

void put(byte_buffer& into, std::string_view text) {
  auto const room = into.room();
  ASSERT_GE(room.size(), text.size());
  std::memcpy(room.data(), text.data(), text.size());
  into.commit(text.size());
}

TEST(ByteBuffer, GivesBackInOrderWhatWasPutIn) {
  block_pool pool;
  byte_buffer buffer(pool, 16, 64);
  put(buffer, "one ");
  put(buffer, "two");
  EXPECT_EQ(buffer.data(), "one two");
  buffer.consume(4);
  EXPECT_EQ(buffer.data(), "two");
}

TEST(ByteBuffer, GrowsOnceAndIsFullAfterThat) {
  block_pool pool;
  byte_buffer buffer(pool, 16, 64);
  put(buffer, std::string(14, 'a'));
  put(buffer, std::string(50, 'b'));
  EXPECT_EQ(buffer.data(), std::string(14, 'a') + std::string(50, 'b'));
  EXPECT_TRUE(buffer.room().empty());
  buffer.consume(40);
  EXPECT_EQ(buffer.room().size(), 40u);
  EXPECT_EQ(buffer.data(), std::string(24, 'b'));
}

TEST(ByteBuffer, LeavesPinnedBytesWhereTheyAreWhileTheRestMovesOn) {
  block_pool pool;
  byte_buffer buffer(pool, 16, 64);
  put(buffer, "head body");
  auto const head = buffer.data().substr(0, 5);
  buffer.pin(5);
  put(buffer, std::string(7, 'x'));
  put(buffer, std::string(40, 'y'));
  EXPECT_EQ(head, "head ");
  EXPECT_EQ(buffer.data(), "body" + std::string(7, 'x') + std::string(40, 'y'));
  buffer.consume(40);
  put(buffer, std::string(40, 'z'));
  EXPECT_EQ(head, "head ");
  EXPECT_EQ(buffer.data().size(), 51u);
}

TEST(ByteBuffer, CompactsBehindThePinWhenItCannotGrow) {
  block_pool pool;
  byte_buffer buffer(pool, 32, 32);
  put(buffer, "head" + std::string(24, 'x'));
  auto const head = buffer.data().substr(0, 4);
  buffer.pin(4);
  buffer.consume(20);
  EXPECT_EQ(buffer.room().size(), 24u);
  EXPECT_EQ(head, "head");
  EXPECT_EQ(buffer.data(), "xxxx");
}

TEST(ByteBuffer, MovesNothingWhileViewsAreInUse) {
  block_pool pool;
  byte_buffer buffer(pool, 16, 64);
  put(buffer, std::string(14, 'a'));
  auto const before = buffer.data();
  EXPECT_EQ(buffer.room_in_place().size(), 2u);
  EXPECT_EQ(buffer.data().data(), before.data());
}

TEST(ByteBuffer, LendsItsMemoryToOthersWhileItRests) {
  block_pool pool;
  byte_buffer one(pool, 16, 64), other(pool, 16, 64);
  put(one, "a");
  auto const* const memory = one.data().data();
  one.rest();
  EXPECT_EQ(one.data(), "a");  // unread bytes stay
  one.consume(1);
  one.rest();
  put(other, "b");
  EXPECT_EQ(other.data().data(), memory);
}

TEST(ByteBuffer, KeepsAPinnedHeadWhileItRests) {
  block_pool pool;
  byte_buffer one(pool, 16, 64), other(pool, 16, 64);
  put(one, "head");
  auto const head = one.data();
  one.pin(4);
  one.rest();
  put(other, "other");
  EXPECT_EQ(head, "head");
}

}  // namespace
}  // namespace vendaval::io
