#include "proxy/dialects/question_book.hpp"

#include <gtest/gtest.h>

namespace vendaval::dialects {
namespace {

using enum question_book::advice;
constexpr time_point start{1h};

TEST(QuestionBook, LetsAQuestionBeAskedOnceAtATime) {
  question_book book;
  EXPECT_EQ(book.look("/a/", start), ask);
  EXPECT_EQ(book.look("/a/", start), wait);
  EXPECT_EQ(book.look("/b/", start), ask);
  book.answered("/a/", 200, true, start);
  EXPECT_EQ(book.look("/a/", start), ask) << "what it taught may have been forgotten";
}

TEST(QuestionBook, RemembersWhatWasAskedInVain) {
  question_book book;
  EXPECT_EQ(book.look("/absent/", start), ask);
  book.answered("/absent/", 404, false, start);
  EXPECT_EQ(book.look("/absent/", start + 10min - 1ms), leave);
  EXPECT_EQ(book.look("/absent/", start + 10min), ask);
  for (unsigned const status : {0u, 200u, 401u, 403u, 500u}) {
    auto const question = std::to_string(status);
    EXPECT_EQ(book.look(question, start), ask);
    book.answered(question, status, false, start);
    EXPECT_EQ(book.look(question, start + 5s - 1ms), leave) << status;
    EXPECT_EQ(book.look(question, start + 5s), ask) << status;
  }
}

TEST(QuestionBook, AsksFewTogetherAndRemembersNotForEver) {
  question_book book({.at_once = 2, .remembered = 2});
  EXPECT_EQ(book.look("1", start), ask);
  EXPECT_EQ(book.look("2", start), ask);
  EXPECT_EQ(book.look("3", start), leave);
  book.answered("1", 404, false, start);
  book.answered("2", 500, false, start);
  EXPECT_EQ(book.look("3", start + 5s), ask);
  book.answered("3", 404, false, start + 5s);  // 2 has had its time and makes room
  EXPECT_EQ(book.look("1", start + 5s), leave);
  EXPECT_EQ(book.look("4", start + 5s), ask);
  book.answered("4", 404, false, start + 5s);  // full of what still holds: it starts anew
  EXPECT_EQ(book.look("1", start + 5s), ask);
}

}  // namespace
}  // namespace vendaval::dialects
