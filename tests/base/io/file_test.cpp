#include "base/io/file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/temporary_folder.hpp"

namespace vendaval {
namespace {

namespace fs = std::filesystem;

TEST(File, ReadsBackWhatWasWritten) {
  test::temporary_folder folder;
  std::string text(100'000, 'x');
  text += std::string("\0\n\xff", 3);
  ASSERT_TRUE(write_file_durably(folder / "a", text, 0600));
  EXPECT_EQ(read_file(folder / "a"), text);
}

TEST(File, AddsToTheEndOfAFileThatIsThereOrNot) {
  test::temporary_folder folder;
  ASSERT_TRUE(append_to_file(folder / "a", "one\n", 0600));
  ASSERT_TRUE(append_to_file(folder / "a", "two\n", 0644));
  EXPECT_EQ(read_file(folder / "a"), "one\ntwo\n");
  EXPECT_EQ(fs::status(folder / "a").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(append_to_file(folder / "none/a", "x", 0600).error(), "No such file or directory");
}

TEST(File, ReplacesAnOlderFileAndLeavesNothingElseBehind) {
  test::temporary_folder folder;
  ASSERT_TRUE(write_file_durably(folder / "a", "old and longer", 0600));
  ASSERT_TRUE(write_file_durably(folder / "a", "new", 0600));
  EXPECT_EQ(read_file(folder / "a"), "new");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(File, HasExactlyTheModeAskedFor) {
  test::temporary_folder folder;
  auto const before = ::umask(0);
  ASSERT_TRUE(write_file_durably(folder / "private", "", 0600));
  ::umask(0077);
  ASSERT_TRUE(write_file_durably(folder / "open", "", 0644));
  ::umask(before);
  EXPECT_EQ(fs::status(folder / "private").permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(folder / "open").permissions(), fs::perms(0644));
}

TEST(File, SaysWhyNotInTheSystemsWords) {
  test::temporary_folder folder;
  EXPECT_EQ(read_file(folder / "absent").error(), "No such file or directory");
  EXPECT_EQ(read_file(folder.path()).error(), "Is a directory");
  EXPECT_EQ(write_file_durably(folder / "absent/a", "x", 0600).error(), "No such file or directory");
}

TEST(File, LeavesNoTemporaryFileWhenTheTargetIsAFolder) {
  test::temporary_folder folder;
  fs::create_directory(folder / "a");
  EXPECT_EQ(write_file_durably(folder / "a", "x", 0600).error(), "Is a directory");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace vendaval
