// The corpora of malformed and ambiguous messages through the whole proxy over real sockets, with a strict recording
// origin behind it. What counts is what each side received.
#include <mutex>

#include "tests/proxy/io/rig.hpp"
#include "tests/support/corpus.hpp"
#include "tests/support/strict_reader.hpp"

namespace vendaval::test {
namespace {

/// An origin that keeps every whole request as the bytes it came in, and notes what it cannot read.
class recorder {
 public:
  std::vector<std::string> take() {
    std::scoped_lock const held(lock_);
    return std::exchange(whole_, {});
  }
  std::string malformed() {
    std::scoped_lock const held(lock_);
    return malformed_;
  }
  void talk(wire& to) {
    std::string pending;
    for (std::string some; !(some = to.hear_some()).empty();) {
      pending += some;
      strict_message got;
      auto seen = read_strictly(pending, got);
      for (; seen == strict_result::whole; seen = read_strictly(pending, got)) {
        keep(std::string_view(pending).substr(0, got.size));
        pending.erase(0, got.size);
        to.say(got.method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                                    : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
      if (seen == strict_result::malformed) return complain_of(pending);
    }
  }

 private:
  void keep(std::string_view request) {
    std::scoped_lock const held(lock_);
    whole_.emplace_back(request);
  }
  void complain_of(std::string const& bytes) {
    std::scoped_lock const held(lock_);
    malformed_ = bytes;
  }

  std::mutex lock_;
  std::vector<std::string> whole_;
  std::string malformed_;
};

/// The case that the bank is to play, changed by the test while the bank's threads read it.
class case_on_stage {
 public:
  void put(corpus_case one) {
    std::lock_guard const alone(mutex_);
    now_ = std::move(one);
  }
  corpus_case get() {
    std::lock_guard const alone(mutex_);
    return now_;
  }

 private:
  std::mutex mutex_;
  corpus_case now_;
};

class GatewayCorpus : public GatewayTest {
 protected:
  GatewayCorpus() {
    settings.threads = 1;
    settings.server_names = {"localhost"};
  }

  void start_plain(bank::talk talk) {
    settings.tls.reset();
    upstream = std::make_unique<bank>(std::nullopt, std::move(talk));
    start_before(upstream->port(), "http");
  }
  void start_tls(bank::talk talk) {
    upstream = std::make_unique<bank>(bank_identity, std::move(talk));
    start_before(upstream->port());
  }
  std::unique_ptr<wire> connect() { return settings.tls ? client() : tcp_client(); }

  std::string authority() const { return "127.0.0.1:" + std::to_string(upstream->port()); }
  std::string next_forwarded() const {
    return "GET /next HTTP/1.1\r\nHost: " + authority() + "\r\nVia: 1.1 vendaval\r\n\r\n";
  }

  void run_requests(recorder& origin, bool trickle);
  void run_request(recorder& origin, corpus_case const& c, bool trickle);
  void run_answers(case_on_stage& now);
  void check_after(std::unique_ptr<wire> one);
};

/// The answer behind those that are only interim.
message hear_final(wire& from, bool answer_to_head) {
  auto got = hear_message(from, answer_to_head);
  while (got.first_line().starts_with("HTTP/1.1 1")) got = hear_message(from, answer_to_head);
  return got;
}

void drop(std::string& from, std::string_view line) {
  if (auto const at = from.find(line); at != std::string::npos) from.erase(at, line.size());
}

/// One request with another right behind it, which must arrive as itself or, after a refusal, not at all.
void GatewayCorpus::run_request(recorder& origin, corpus_case const& c, bool trickle) {
  SCOPED_TRACE(c.name);
  auto const one = connect();
  if (trickle && c.bytes.size() < 2000)
    for (char const b : c.bytes) one->say({&b, 1});
  else
    one->say(c.bytes);
  one->say(get("/next"));
  bool const passes = c.verdict == "passes";
  auto const got = hear_final(*one, c.bytes.starts_with("HEAD"));
  auto const wanted = "HTTP/1.1 " + (passes ? std::string("200") : c.words.at(0));
  EXPECT_EQ(got.first_line().substr(0, wanted.size()), wanted);
  std::vector<std::string> forwarded;
  if (passes) forwarded.push_back(c.expected_with(authority()));
  if (passes && !c.has("closes")) {
    EXPECT_EQ(hear_message(*one).body, "ok");
    forwarded.push_back(next_forwarded());
  } else {
    EXPECT_EQ(got.header("Connection"), "close");
    EXPECT_EQ(one->hear_all(), "");
  }
  auto received = origin.take();
  if (c.has("may_ask") && !received.empty()) drop(received.front(), "Expect: 100-continue\r\n");
  EXPECT_EQ(received, forwarded);
}

void GatewayCorpus::run_requests(recorder& origin, bool trickle) {
  for (auto const& c : read_corpus("requests.txt")) run_request(origin, c, trickle);
  EXPECT_EQ(origin.malformed(), "");
}

TEST_F(GatewayCorpus, EveryRequestIsRefusedOrArrivesAsItShouldOverTls) {
  recorder origin;
  start_tls([&](wire& to) { origin.talk(to); });
  run_requests(origin, false);
}

TEST_F(GatewayCorpus, S18_EveryRequestIsRefusedOrArrivesAsItShouldByteByByteWithAFaultOnAnotherRoute) {
  recorder origin;
  start_plain([&](wire& to) { origin.talk(to); });
  arm({failing("service_unavailable")}, "bb");
  run_requests(origin, true);
  auto const other = connect();
  other->say(get("/bb/"));
  EXPECT_THAT(hear_message(*other).first_line(), testing::HasSubstr("503"));
}

/// The next request gets its own answer, whatever the upstream said before.
void GatewayCorpus::check_after(std::unique_ptr<wire> one) {
  if (!one) one = connect();
  one->say(get("/after"));
  EXPECT_EQ(hear_message(*one).body, "after");
}

void GatewayCorpus::run_answers(case_on_stage& now) {
  std::vector<std::string> reasons, reported_reasons;
  auto const all = read_corpus("answers.txt");
  for (auto const& c : all) {
    SCOPED_TRACE(c.name);
    now.put(c);
    bool const head = c.has("to=HEAD");
    auto one = connect();
    one->say(head ? "HEAD /case HTTP/1.1\r\nHost: localhost\r\n\r\n" : get("/case"));
    if (c.verdict == "invalid") {
      auto const got = hear_final(*one, head);
      EXPECT_EQ(got.first_line(), "HTTP/1.1 502 Bad Gateway");
      reasons.push_back(c.words.at(0));
    } else if (c.verdict == "breaks_off") {
      one->hear_all();
      EXPECT_NE(one->ended(), asio::error::eof);
      one.reset();
    } else {
      EXPECT_EQ(one->hear(c.expected.size()), c.expected);
      if (c.has("closes")) EXPECT_EQ(std::exchange(one, nullptr)->hear_all(), "");
    }
    check_after(std::move(one));
  }
  for (auto const& e : reports(all.size() * 2))
    if (e.result == outcome::upstream_invalid && e.status == 502) reported_reasons.push_back(e.code);
  EXPECT_EQ(reported_reasons, reasons);
}

/// Says the case to /case and the truth to everything else.
void play(wire& to, case_on_stage& now) {
  while (auto const asked = hear_message(to)) {
    bool const lie = asked.target() == "/case";
    auto const said = now.get();
    to.say(lie ? said.bytes : answer("after"));
    if (!lie || !said.has("hangs_up")) continue;
    if (said.verdict == "passes") to.say_goodbye();
    return;
  }
}

TEST_F(GatewayCorpus, EveryAnswerIsRefusedOrArrivesAsItShouldOverTls) {
  auto const now = std::make_shared<case_on_stage>();
  start_tls([now](wire& to) { play(to, *now); });
  run_answers(*now);
}

TEST_F(GatewayCorpus, EveryAnswerIsRefusedOrArrivesAsItShouldInClearWithAFaultOnAnotherRoute) {
  auto const now = std::make_shared<case_on_stage>();
  start_plain([now](wire& to) { play(to, *now); });
  arm({failing("service_unavailable")}, "bb");
  run_answers(*now);
}

}  // namespace
}  // namespace vendaval::test
