#pragma once
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/dialects/question_book.hpp"
#include "proxy/io/types.hpp"

namespace vendaval::io {

class worker;

/// Asks the usual upstream what a dialect does not know, with the credentials of the caller on whose behalf it asks;
/// they are kept no longer than the question. One per data thread, so a question may be asked once on each.
class asker {
 public:
  explicit asker(worker& w) : worker_(w) {}

  /// GETs `target`, unless the book advises against it, and hands on what the answer teaches. Returns when the answer
  /// is there, also when another session has asked for it, or when limits().question has passed.
  awaitable<void> ask(std::string target, std::string authorization);

 private:
  struct reply {
    unsigned status = 0;
    std::string body;
  };
  awaitable<std::optional<reply>> fetch(std::string const& target, std::string const& authorization);
  awaitable<void> wait_for(std::string const& target);

  worker& worker_;
  dialects::question_book book_;
  std::multimap<std::string, asio::steady_timer*, std::less<>> waiting_;
};

}  // namespace vendaval::io
