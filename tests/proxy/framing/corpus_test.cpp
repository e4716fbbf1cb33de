// The corpora through the pure rules: verdicts, and the same verdict however the bytes are split.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "proxy/framing/body.hpp"
#include "tests/support/corpus.hpp"

namespace vendaval::framing {
namespace {

/// What became of a whole message: of its head, then of its body.
struct reading {
  verdict head;
  flaw body = flaw::none;
  bool whole = false;
  std::size_t taken = 0;  // bytes of the message
  bool operator==(reading const& o) const {
    return head.what == o.head.what && head.status == o.head.status && head.why == o.head.why && body == o.body &&
           whole == o.whole && taken == o.taken;
  }
};

template <class Head>
reading follow(std::string_view bytes, std::size_t cut, verdict seen, Head const& head) {
  reading result{seen};
  if (!seen.whole()) return result;
  body_cursor body(head.body);
  auto const rest = bytes.substr(head.size);
  auto const first = std::min(rest.size(), cut > head.size ? cut - head.size : 0);
  result.taken = head.size + body.take(rest.substr(0, first));
  if (!body.done() && !body.bad()) result.taken += body.take(rest.substr(first));
  result.body = body.why();
  result.whole = body.done();
  return result;
}

/// The bytes as they arrive in two parts: looked at after the first, and again, if that was not enough, after both.
reading read_in_two(std::string_view bytes, std::size_t cut) {
  request_head head;
  if (auto const early = read_request(bytes.substr(0, cut), {}, head); early.refused()) return {early};
  auto const seen = read_request(bytes, {}, head);
  return follow(bytes, cut, seen, head);
}
reading answer_in_two(std::string_view bytes, std::size_t cut, std::string_view method) {
  response_head head;
  if (auto const early = read_response(bytes.substr(0, cut), method, {}, head); early.refused()) return {early};
  auto const seen = read_response(bytes, method, {}, head);
  return follow(bytes, cut, seen, head);
}

/// Every split point; of very long cases every 211th, and all of the last hundred.
template <class Check>
void at_every_split(std::string const& bytes, Check check) {
  for (std::size_t cut = 0; cut <= bytes.size();
       cut += bytes.size() > 3000 && cut > 100 && cut + 100 < bytes.size() ? 211 : 1)
    check(cut);
}

TEST(Corpus, HoldsAsManyCasesAsPromised) {
  auto const requests = test::read_corpus("requests.txt"), answers = test::read_corpus("answers.txt");
  auto const passes = [](test::corpus_case const& c) { return c.verdict == "passes"; };
  EXPECT_GE(requests.size() - static_cast<std::size_t>(std::ranges::count_if(requests, passes)), 250u);
  EXPECT_GE(answers.size() - static_cast<std::size_t>(std::ranges::count_if(answers, passes)), 80u);
}

TEST(Corpus, EveryRequestGetsItsVerdictAtEverySplit) {
  for (auto const& c : test::read_corpus("requests.txt")) {
    SCOPED_TRACE(c.name);
    auto const whole = read_in_two(c.bytes, 0);
    if (c.verdict == "passes") {
      EXPECT_TRUE(whole.whole) << whole.head.reason;
      EXPECT_EQ(whole.taken, c.bytes.size());
    } else if (c.words.at(0) != "421" && c.name != "CONNECT") {  // these two are for the session to refuse
      EXPECT_FALSE(whole.whole);
      EXPECT_EQ(whole.head.refused() ? whole.head.status : 400, std::stoul(c.words.at(0))) << whole.head.reason;
    }
    at_every_split(c.bytes, [&](std::size_t cut) { EXPECT_EQ(read_in_two(c.bytes, cut), whole) << cut; });
  }
}

TEST(Corpus, EveryAnswerGetsItsVerdictAtEverySplit) {
  for (auto const& c : test::read_corpus("answers.txt")) {
    SCOPED_TRACE(c.name);
    auto const method = c.has("to=HEAD") ? "HEAD" : "GET";
    auto const whole = answer_in_two(c.bytes, 0, method);
    if (c.verdict == "passes" && !c.has("hangs_up"))
      EXPECT_TRUE(whole.whole || whole.head.whole()) << whole.head.reason;
    if (c.verdict == "invalid" && whole.head.refused() && !c.bytes.starts_with("HTTP/1.1 10"))
      EXPECT_EQ(name_of(whole.head.why), c.words.at(0)) << whole.head.reason;
    at_every_split(c.bytes, [&](std::size_t cut) { EXPECT_EQ(answer_in_two(c.bytes, cut, method), whole) << cut; });
  }
}

}  // namespace
}  // namespace vendaval::framing
