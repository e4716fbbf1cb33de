// Beast's parser as an oracle: on well-formed requests it and we agree; and it shows why the gate in front is ours,
// since it lets through what an intermediary must not.
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fstream>
#include <optional>
#include <set>

#include "proxy/framing/body.hpp"
#include "tests/support/corpus.hpp"

namespace vendaval::framing {
namespace {

namespace http = boost::beast::http;

struct reading {
  std::string method, target, body;
  unsigned version = 0;
  std::size_t fields = 0;
  bool operator==(reading const&) const = default;
};

std::ostream& operator<<(std::ostream& to, reading const& r) {
  return to << r.method << ' ' << r.target << ' ' << r.version << ", " << r.fields << " fields, body \"" << r.body
            << '"';
}

std::optional<reading> beast_reads(std::string_view bytes) try {
  http::request_parser<http::string_body> parser;
  parser.header_limit(128 * 1024);
  boost::system::error_code error;
  auto const take = [&] {
    auto const count = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(count);
  };
  take();
  if (error || !parser.is_header_done()) return std::nullopt;
  auto const& head = parser.get();
  reading result{std::string(head.method_string()), std::string(head.target()), {}, head.version(), 0};
  result.fields = static_cast<std::size_t>(std::distance(head.begin(), head.end()));
  parser.eager(true);
  while (!error && !parser.is_done() && !bytes.empty()) take();
  if (error || !parser.is_done()) return std::nullopt;
  result.body = parser.get().body();
  return result;
} catch (std::length_error const&) {  // how it refuses a field value past 64 KiB
  return std::nullopt;
}

std::optional<reading> we_read(std::string_view bytes) {
  request_head head;
  if (!read_request(bytes, {}, head).whole()) return std::nullopt;
  reading result{std::string(head.method),
                 std::string(head.target),
                 {},
                 head.version == http_version::v11 ? 11u : 10u,
                 head.fields.size()};
  body_cursor body(head.body);
  body.take(bytes.substr(head.size), &result.body);
  if (!body.done()) return std::nullopt;
  return result;
}

/// The names after `word` in tests/data/http/beast.txt, which says where the two differ.
std::set<std::string> known(std::string const& word) {
  std::ifstream file(VENDAVAL_SOURCE_DIR "/tests/data/http/beast.txt");
  std::set<std::string> names;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(word + " ")) names.insert(line.substr(word.size() + 1));
  return names;
}

TEST(BeastOracle, AgreesOnWellFormedRequests) {
  std::set<std::string> refused;
  for (auto const& c : test::read_corpus("requests.txt")) {
    if (c.verdict != "passes") continue;
    SCOPED_TRACE(c.name);
    auto ours = we_read(c.bytes);
    auto const theirs = beast_reads(c.bytes);
    ASSERT_TRUE(ours);
    if (!theirs) {
      refused.insert(c.name);
      continue;
    }
    if (theirs->target.find("://") != std::string::npos) ours->target = theirs->target;   // it leaves a URL as it is
    if (c.bytes.find("\r\n0\r\nX-") != std::string::npos) ours->fields = theirs->fields;  // it adds trailers to them
    EXPECT_EQ(*ours, *theirs);
  }
  EXPECT_EQ(refused, known("refuses"));
}

TEST(BeastOracle, LetsThroughWhatWeRefuse) {
  std::set<std::string> let_through;
  for (auto const& c : test::read_corpus("requests.txt")) {
    if (c.verdict != "refused" || c.words.at(0) == "421" || c.name == "CONNECT") continue;
    EXPECT_FALSE(we_read(c.bytes)) << c.name;
    if (beast_reads(c.bytes)) let_through.insert(c.name);
  }
  EXPECT_EQ(let_through, known("passes"));
}

}  // namespace
}  // namespace vendaval::framing
