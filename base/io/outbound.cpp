#include "base/io/outbound.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <future>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace vendaval {
namespace {

using std::chrono::steady_clock;

struct easy_free {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct list_free {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using string_list = std::unique_ptr<curl_slist, list_free>;
struct mime_free {
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};

/// One call, from send() until its `done` has been called. curl points into it, so it never moves.
struct flight {
  flight(outbound_request r, outbound::done d) : request(std::move(r)), when_done(std::move(d)) {}

  outbound_request request;
  outbound::done when_done;
  steady_clock::time_point began = steady_clock::now();
  outbound_result result;
  bool too_long = false;
  string_list headers, receivers;
  std::unique_ptr<CURL, easy_free> easy;
  std::unique_ptr<curl_mime, mime_free> mime;  // ends before its handle
  char words[CURL_ERROR_SIZE] = "";
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

extern "C" std::size_t vendaval_take_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& result = static_cast<flight*>(user)->result;
  std::string_view const line(data, size);
  if (line.starts_with("HTTP/"))
    result.headers.clear();  // after a 100 the real head follows
  else if (auto const colon = line.find(':'); colon != std::string_view::npos)
    result.headers.push_back(
        {std::string(trimmed(line.substr(0, colon))), std::string(trimmed(line.substr(colon + 1)))});
  return size;
}

extern "C" std::size_t vendaval_take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& f = *static_cast<flight*>(user);
  f.too_long = f.result.body.size() + size > f.request.body_limit;
  if (f.too_long) return 0;
  f.result.body.append(data, size);
  return size;
}

/// Why a request cannot be put on the wire as it is; empty when it can.
std::string objection(outbound_request const& r) {
  auto const token = [](std::string_view text) {
    auto const allowed = [](unsigned char c) {
      return std::isalnum(c) || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(c));
    };
    return !text.empty() && std::ranges::all_of(text, allowed);
  };
  if (!token(r.method)) return "the method is not an HTTP method";
  auto const broken = [](std::string const& text) { return text.find_first_of("\r\n <>") != std::string::npos; };
  if (r.mail && (r.mail->to.empty() || broken(r.mail->to) || broken(r.mail->from)))
    return "a mail needs one sender and one receiver";
  for (auto const& header : r.mail ? r.mail->headers : r.headers) {
    if (!token(header.name)) return fmt::format("\"{}\" is not the name of a header", header.name);
    if (header.value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return fmt::format("the value of the header {} has a line break", header.name);
  }
  return {};
}

/// Whole milliseconds as curl counts them; 0 stays "none", anything shorter than 1 ms does not become it.
long milliseconds(duration d) { return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(d).count()); }

/// The environment's exceptions from its proxy, and always this machine.
std::string unproxied() {
  auto const* given = std::getenv("no_proxy");
  if (!given) given = std::getenv("NO_PROXY");
  return given ? fmt::format("{},localhost,127.0.0.1,::1", given) : "localhost,127.0.0.1,::1";
}

void add(string_list& list, std::string const& line) {
  auto* const longer = curl_slist_append(list.get(), line.c_str());
  if (!longer) throw std::bad_alloc();
  list.release();
  list.reset(longer);
}

void set_headers(flight& f) {
  for (auto const& [name, value] : f.request.headers) add(f.headers, value.empty() ? name + ";" : name + ": " + value);
  add(f.headers, "Expect:");                                                             // never wait for a 100
  if (!find_header(f.request.headers, "Content-Type")) add(f.headers, "Content-Type:");  // never curl's guess
  curl_easy_setopt(f.easy.get(), CURLOPT_HTTPHEADER, f.headers.get());
}

void set_body(flight& f) {
  auto* const easy = f.easy.get();
  auto const& r = f.request;
  bool const carries = !r.body.empty() || r.method == "POST" || r.method == "PUT" || r.method == "PATCH";
  if (carries) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(r.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r.body.c_str());
  }
  if (r.method == "HEAD")
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r.method.c_str());
}

bool on_this_machine(std::string_view url) {
  auto const host = url.substr(url.find("://") + 3);
  return host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
}

/// Lines end in CR LF, as a text's do in mail: encoded as it is, a bare LF would be sent as a character, =0A.
std::string with_line_ends(std::string_view text) {
  std::string result;
  for (char const c : text) {
    if (c == '\n' && !result.ends_with('\r')) result += '\r';
    result += c;
  }
  return result;
}

/// libcurl builds the message: parts, encoding, dots.
void set_mail(flight& f) {
  auto* const easy = f.easy.get();
  auto const& mail = *f.request.mail;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_USE_SSL, on_this_machine(f.request.url) ? CURLUSESSL_TRY : CURLUSESSL_ALL);
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail.from.c_str());
  add(f.receivers, mail.to);
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, f.receivers.get());
  for (auto const& [name, value] : mail.headers) add(f.headers, name + ": " + value);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f.headers.get());
  f.mime.reset(curl_mime_init(easy));
  auto* const both = curl_mime_init(easy);
  auto const part = [both](std::string const& text, char const* type) {
    auto* const one = curl_mime_addpart(both);
    auto const content = with_line_ends(text);
    curl_mime_data(one, content.data(), content.size());
    curl_mime_type(one, type);
    curl_mime_encoder(one, "quoted-printable");
  };
  part(mail.text, "text/plain; charset=utf-8");
  if (!mail.html.empty()) part(mail.html, "text/html; charset=utf-8");
  auto* const whole = curl_mime_addpart(f.mime.get());
  curl_mime_subparts(whole, both);
  curl_mime_type(whole, "multipart/alternative");
  curl_easy_setopt(easy, CURLOPT_MIMEPOST, f.mime.get());
}

void prepare(flight& f) {
  auto* const easy = f.easy.get();
  auto const& r = f.request;
  static std::string const direct = unproxied();
  curl_easy_setopt(easy, CURLOPT_URL, r.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &f);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, f.words);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_NOPROXY, direct.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "vendaval");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds(r.timeout));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(r.connect_timeout));
  if (!r.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, r.ca_file.c_str());
  if (!r.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    curl_easy_setopt(easy, CURLOPT_USERNAME, r.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, r.password.reveal().c_str());
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, vendaval_take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &f);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, vendaval_take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &f);
  if (r.mail) return set_mail(f);
  set_headers(f);
  set_body(f);
}

/// Tells the caller. A caller that throws must not take the thread down with every other call.
void deliver(flight& f, std::string error) {
  f.result.error = redact(error);
  f.result.took = steady_clock::now() - f.began;
  try {
    if (f.when_done) f.when_done(std::move(f.result));
  } catch (...) {
  }
}

/// curl's words, with the system's reason where curl keeps it to itself.
std::string words_for(flight const& f, CURLcode code) {
  std::string const words = f.words[0] != '\0' ? f.words : curl_easy_strerror(code);
  long reason = 0;
  curl_easy_getinfo(f.easy.get(), CURLINFO_OS_ERRNO, &reason);
  if (code != CURLE_COULDNT_CONNECT || reason == 0) return words;
  return fmt::format("{} ({})", words, std::generic_category().message(static_cast<int>(reason)));
}

void finish(flight& f, CURLcode code) {
  long status = 0;
  curl_off_t ready_after = 0;
  curl_easy_getinfo(f.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(f.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &ready_after);
  f.result.status = static_cast<unsigned>(status);
  f.result.connected = ready_after > 0;
  if (code == CURLE_OK) return deliver(f, {});
  if (f.too_long) return deliver(f, fmt::format("the answer is longer than {} bytes", f.request.body_limit));
  deliver(f, words_for(f, code));
}

constexpr char const* shutting_down = "cancelled: the program is shutting down";

}  // namespace

struct outbound::state {
  explicit state(settings s) {
    static bool const ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    multi = ready ? curl_multi_init() : nullptr;
    if (!multi) throw std::runtime_error("libcurl cannot be started");
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, s.connections_per_host);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, std::max(256L, 2 * s.connections_per_host));
    thread = std::thread([this] { run(); });
  }

  ~state() {
    {
      std::lock_guard const lock(mutex);
      stopping = true;
    }
    curl_multi_wakeup(multi);
    thread.join();
    curl_multi_cleanup(multi);
  }

  void send(std::unique_ptr<flight> f) {
    {
      std::lock_guard const lock(mutex);
      if (!stopping) waiting.push_back(std::move(f));
    }
    if (f) return deliver(*f, shutting_down);
    curl_multi_wakeup(multi);
  }

  void run();
  void begin(std::unique_ptr<flight> f);
  void land();

  CURLM* multi = nullptr;
  std::mutex mutex;  // guards the next two
  std::vector<std::unique_ptr<flight>> waiting;
  bool stopping = false;
  std::map<CURL*, std::unique_ptr<flight>> flying;  // the thread's own
  std::thread thread;
};

void outbound::state::begin(std::unique_ptr<flight> f) {
  if (auto const why = objection(f->request); !why.empty()) return deliver(*f, why);
  f->easy.reset(curl_easy_init());
  if (!f->easy) return deliver(*f, "libcurl has no memory for another call");
  prepare(*f);
  auto* const easy = f->easy.get();
  if (auto const code = curl_multi_add_handle(multi, easy); code != CURLM_OK)
    return deliver(*f, curl_multi_strerror(code));
  flying.emplace(easy, std::move(f));
}

void outbound::state::land() {
  int left = 0;
  while (auto const* message = curl_multi_info_read(multi, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    auto const code = message->data.result;
    auto landed = flying.extract(message->easy_handle);
    curl_multi_remove_handle(multi, landed.key());
    finish(*landed.mapped(), code);
  }
}

void outbound::state::run() {
  // Signals belong to main; a peer that is gone must not raise SIGPIPE here.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (bool stop = false; !stop;) {
    std::vector<std::unique_ptr<flight>> fresh;
    {
      std::lock_guard const lock(mutex);
      fresh.swap(waiting);
      stop = stopping;
    }
    for (auto& f : fresh) begin(std::move(f));
    int running = 0;
    curl_multi_perform(multi, &running);
    land();
    if (!stop) curl_multi_poll(multi, nullptr, 0, 60'000, nullptr);
  }
  for (auto& [easy, f] : flying) {
    curl_multi_remove_handle(multi, easy);
    deliver(*f, shutting_down);
  }
  flying.clear();
}

outbound::outbound() : outbound(settings{}) {}
outbound::outbound(settings s) : state_(std::make_unique<state>(s)) {}
outbound::~outbound() = default;

void outbound::send(outbound_request request, done when_done) {
  state_->send(std::make_unique<flight>(std::move(request), std::move(when_done)));
}

outbound_result outbound::call(outbound_request request) {
  auto const promise = std::make_shared<std::promise<outbound_result>>();
  auto answer = promise->get_future();
  send(std::move(request), [promise](outbound_result result) { promise->set_value(std::move(result)); });
  return answer.get();
}

}  // namespace vendaval
