// Bodies for Toxiproxy's API, and bytes that may be HTTP for its relay.
#include <boost/json/parse.hpp>
#include <string>

#include "proxy/toxics/http_units.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/proxy/toxics/support.hpp"

using namespace vendaval;

namespace {

void ask(std::string_view body) {
  static constexpr std::pair<char const*, char const*> calls[]{{"POST", "/proxies"},
                                                               {"POST", "/populate"},
                                                               {"PATCH", "/proxies/p"},
                                                               {"POST", "/proxies/p/toxics"},
                                                               {"PATCH", "/proxies/p/toxics/t"},
                                                               {"GET", "/proxies"}};
  toxics::fake_server server;
  server.ask("POST", "/proxies", R"({"name":"p","upstream":"127.0.0.1:1","toxics":[{"name":"t","type":"latency"}]})");
  for (auto const& [method, path] : calls) {
    auto const got = server.ask(method, path, std::string(body));
    boost::system::error_code wrong;
    boost::json::parse(got.body, wrong);
    fuzz::must(!wrong, "every answer is JSON");
    fuzz::must(got.status < 500 || got.body.contains("address"), "only an address is our trouble");
  }
  for (auto const& [name, p] : server.book.all())
    for (auto const& t : p.toxics) fuzz::must(t.toxicity >= 0 && t.toxicity <= 1, "a toxicity is a share");
}

std::string joined(std::vector<toxics::http_units::part> const& parts, std::uint64_t& unit) {
  std::string all;
  for (auto const& one : parts) {
    fuzz::must(!one.bytes.empty() && one.unit >= unit, "units only go forward");
    unit = one.unit;
    all += one.bytes;
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  ask(bytes);
  auto const piece = 1 + fuzz::take_number(bytes, 64);
  toxics::http_units whole, split;
  std::uint64_t up = 0, down = 0, split_up = 0, split_down = 0;
  fuzz::must(joined(whole.request(bytes), up) == bytes, "not a byte of a request is lost");
  fuzz::must(joined(whole.answer(bytes), down) == bytes, "not a byte of an answer is lost");
  for (std::size_t at = 0; at < bytes.size(); at += piece) joined(split.request(bytes.substr(at, piece)), split_up);
  for (std::size_t at = 0; at < bytes.size(); at += piece) joined(split.answer(bytes.substr(at, piece)), split_down);
  fuzz::must(up == split_up && down == split_down, "requests are as many however the bytes came");
  return 0;
}
