#include "controller/read_probes.hpp"

#include <fmt/format.h>

#include "controller/settings_checks.hpp"

namespace vendaval::controller {
namespace {

monitor::probe_call read_call(table_reader& in, institutions const& banks) {
  monitor::probe_call call;
  in.require("institution");
  in.require("path");
  in("institution", call.institution);
  in("method", call.method);
  in("path", call.path);
  in("body", call.body);
  if (in.has("institution")) {
    if (auto const* bank = banks.find(call.institution))
      call.institution = bank->id;
    else
      in.fail("institution", fmt::format("there is no institution \"{}\"", call.institution),
              "use a code or an alias of one that is configured");
  }
  if (in.has("path") && !call.path.starts_with('/')) in.fail("path", "a path begins with a slash");
  if (call.method != "GET" && call.method != "POST")
    in.fail("method", fmt::format("a probe is a GET or a POST, not \"{}\"", call.method));
  return call;
}

void read_pause(table_reader& in, duration& every) {
  in("every", every, 0s, 24h * 365);
  if (every >= monitor::shortest_pause && every <= monitor::longest_pause) return;
  in.fail("every",
          fmt::format("every = {} is not from {} to {}: three failures in a row are an outage, and the last {} are "
                      "looked at",
                      show(every), show(monitor::shortest_pause), show(monitor::longest_pause),
                      show(monitor::traffic::usually_kept)),
          "write every = \"30s\"; with 20s to 30s a bank that is away is known within two minutes");
  every = monitor::probe_settings().every;
}

}  // namespace

monitor::probe_settings read_probes(table_reader& in, institutions const& banks) {
  monitor::probe_settings s;
  in.require("url");
  in("url", s.url);
  auto const address = parse_web(s.url);
  if (in.has("url") && (!address || !safe(*address)))
    in.fail("url", "url must be an https:// address",
            "the proxy as the app reaches it; plain http:// on loopback only");
  while (s.url.ends_with('/')) s.url.pop_back();
  in("ca", s.ca_file);
  in("authorization_file", s.authorization_file);
  read_pause(in, s.every);
  in.each("call", [&](table_reader& one) { s.calls.push_back(read_call(one, banks)); });
  if (s.calls.empty())
    in.fail("call", "[probes] makes no call", "write [[probes.call]] with institution and path, or leave [probes] out");
  auto const in_half_a_minute = static_cast<double>(s.calls.size()) * (30s / std::chrono::duration<double>(s.every));
  if (in_half_a_minute > monitor::most_in_half_a_minute)
    in.fail("every",
            fmt::format(
                "{} calls every {} are {:.0f} in 30 s; the API bears 80 from one address, and probes take {} at most",
                s.calls.size(), show(s.every), in_half_a_minute, monitor::most_in_half_a_minute),
            "make every longer");
  return s;
}

}  // namespace vendaval::controller
