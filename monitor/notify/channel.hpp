#pragma once
/// Ways to reach people. A kind of channel says how a letter looks there, how it is sent and what the answers mean; all
/// of it pure. Delivery, retries and order are the outbox worker's, for every kind alike.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/http.hpp"
#include "base/redact.hpp"
#include "monitor/notify/letter.hpp"

namespace vendaval::monitor {

class channel_kind;

/// Where a channel's messages go, as configured.
struct channel {
  std::string name;  // as rules name it
  channel_kind const* kind = nullptr;
  secret url;  // of a webhook; for Slack the address itself is the secret
  secret
      token;  // PagerDuty's routing key, Slack's bot token, a webhook's bearer token, a mail account's password or key
  secret drill_token;           // PagerDuty: the routing key for drills; empty = the usual one, at severity "info"
  std::string user;             // of a mail account
  std::string from;             // a mail's sender, "vendaval@aegiswallet.com.br"
  std::vector<std::string> to;  // mail addresses, Slack's channel, Alertmanager's peers
  std::string ca_file;          // trusted in place of the system's
  std::string fallback;         // the channel that is told what this one will not take; empty = none
};

/// What is sent: HTTP, or mail where `mail_to` is not empty.
struct outgoing {
  std::string method = "POST", url{};
  std::vector<http_header> headers{};
  std::string body{};
  std::string html{};  // of mail: the same once more
  std::string user{};
  secret password{};
  std::string mail_from{}, mail_to{};
};
struct answer {
  std::string error{};  // empty when an answer came; for mail, curl's words
  unsigned status = 0;  // of HTTP, or SMTP's last code
  std::vector<http_header> headers{};
  std::string body{};
  wall_time came{};  // when it did
};

/// What an answer comes to.
struct reply {
  enum class fate : std::uint8_t { accepted, later, never };
  fate is = fate::accepted;
  std::string why{};               // in words, when not accepted
  std::optional<duration> wait{};  // before the next attempt; none = as usual
  std::string reference{};         // by which later messages about this incident find the one that was sent
};

/// One message about to be sent.
struct message {
  letter says;
  std::string to;         // which of channel::to
  std::string key;        // its own, the same at every attempt
  std::string reference;  // that the first message about this incident was given; empty for the first
};

class channel_kind {
 public:
  virtual ~channel_kind() = default;
  virtual std::string_view name() const = 0;     // in configuration: "pagerduty"
  virtual std::string_view service() const = 0;  // for people: "PagerDuty"
  /// To be sent in this order; all of it must be accepted.
  virtual std::vector<outgoing> send(message const& m, channel const& c) const = 0;
  virtual reply judge(answer const& a) const;
  virtual duration pace() const { return std::chrono::milliseconds(100); }  // the least between two messages
  /// What configuration must and may say of it.
  struct wants {
    bool url = false, token = false, to = false, from = false;  // required
    std::string_view default_url{};                             // when none is given
    bool mail_server = false;                                   // `url` is smtp:// or smtps://, with a `user`
    bool addresses = false;                                     // `to` are mail addresses
    bool peers = false;                                         // `to` are web addresses, each told by itself
  };
  virtual wants asks_for() const = 0;
};

std::span<channel_kind const* const> channel_kinds();
channel_kind const* find_channel_kind(std::string_view name);
/// The names under which a channel's messages wait in the outbox, one per receiver: "email:ana@aegis.com.br". So one
/// that refuses holds up no other.
std::vector<std::string> lanes_of(channel const& c);

/// What HTTP's answers mean everywhere: 2xx accepted, 408, 429 and 5xx later (Retry-After honoured, up to an hour), the
/// rest never.
reply judge_http(answer const& a);

// The table in channels.cpp lists these.
channel_kind const& slack_webhook();
channel_kind const& slack_bot();
channel_kind const& pagerduty();
channel_kind const& email();
channel_kind const& email_http();
channel_kind const& webhook();
channel_kind const& alertmanager();

}  // namespace vendaval::monitor
