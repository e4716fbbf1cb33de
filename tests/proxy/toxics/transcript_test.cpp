// Toxiproxy's own answers, byte by byte, against ours: tests/data/toxiproxy/transcript.txt.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/proxy/toxics/support.hpp"

namespace vendaval::toxics {
namespace {

struct answer {
  std::string head, body;  // "200 application/json +id"
};

struct exchange_of_transcript {
  int line = 0;
  std::string method, path, agent, body;
  std::optional<answer> theirs, ours;
  answer const& wanted() const { return ours ? *ours : *theirs; }
};

std::vector<exchange_of_transcript> read_transcript() {
  std::ifstream in(std::string(VENDAVAL_SOURCE_DIR) + "/tests/data/toxiproxy/transcript.txt");
  std::vector<exchange_of_transcript> all;
  answer* reading = nullptr;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    bool const opens = line.starts_with("> ") || line.starts_with("+ ");
    if (opens) {
      auto& one = all.emplace_back();
      one.line = number;
      std::istringstream(line.substr(2)) >> one.method >> one.path;
      reading = nullptr;
    } else if (all.empty() || line.empty() || line.starts_with("because: ")) {
      continue;
    } else if (line.starts_with("agent: ")) {
      all.back().agent = line.substr(7);
    } else if (line.starts_with("body: ")) {
      all.back().body = line.substr(6);
    } else if (line.starts_with("< ")) {
      reading = &all.back().theirs.emplace(answer{line.substr(2), {}});
    } else if (line.starts_with("! ")) {
      reading = &all.back().ours.emplace(answer{line.substr(2), {}});
    } else if (reading) {
      reading->body += (reading->body.empty() ? "" : "\n") + line;
    }
  }
  return all;
}

std::string head_of(http_response const& r) {
  std::string type;
  for (char const c : r.content_type)
    if (c != ' ') type += c;
  return fmt::format("{} {}{}{}", r.status, type.empty() ? "-" : type,
                     find_header(r.headers, "X-Content-Type-Options") ? " +nosniff" : "",
                     find_header(r.headers, "X-Toxiproxy-Request-Id") ? " +id" : "");
}

TEST(ToxiproxyTranscript, EveryAnswerIsToxiproxysOwnOrDiffersOnPurpose) {
  auto const all = read_transcript();
  ASSERT_EQ(all.size(), 68u);
  fake_server server;
  server.wires.next_ports = {43043, 35317};
  for (auto const& one : all) {
    auto const got = server.ask(one.method, one.path, one.body, one.agent);
    auto text = got.body;
    if (text.ends_with('\n')) text.pop_back();
    auto const where = fmt::format("transcript.txt:{}: {} {} {}", one.line, one.method, one.path, one.body);
    EXPECT_EQ(head_of(got), one.wanted().head) << where;
    if (one.wanted().body != "*") EXPECT_EQ(text, one.wanted().body) << where;
  }
}

}  // namespace
}  // namespace vendaval::toxics
