#pragma once
#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/io/certificates.hpp"
#include "base/io/outbound.hpp"
#include "sandbox/io/bank_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace vendaval::sandbox::test {

/// Real TLS on loopback, a bank that answers at once, and a client that trusts its CA.
struct SandboxIo : testing::Test {
  static void SetUpTestSuite() {
    folder = std::make_unique<vendaval::test::temporary_folder>();
    ca = ensure_local_ca(folder->path());
    leaf = ensure_leaf(ca, folder->path(), "bank", {"127.0.0.1"});
  }
  static void TearDownTestSuite() { folder.reset(); }

  SandboxIo() {
    settings.read = settings.retrieve = settings.link = settings.token = settings.meta = {};
    settings.errors = {0};
  }
  std::unique_ptr<bank_server> open_bank() {
    auto bank = std::make_unique<bank_server>(settings, mission_institutions(), listen_address{"127.0.0.1", 0}, leaf);
    bank->start();
    return bank;
  }
  outbound_request request_to(std::uint16_t port, std::string const& target) {
    outbound_request r;
    r.url = "https://127.0.0.1:" + std::to_string(port) + target;
    r.ca_file = ca.certificate;
    r.user = settings.secret_id;
    r.password = secret(settings.secret_password);
    return r;
  }
  outbound_result get(std::uint16_t port, std::string const& target) { return client.call(request_to(port, target)); }

  static inline std::unique_ptr<vendaval::test::temporary_folder> folder;
  static inline local_ca ca;
  static inline tls_identity leaf;
  bank_settings settings;
  outbound client;
};

/// What other threads hand in, for a test to wait for.
template <class T>
class inbox {
 public:
  void put(T value) {
    std::lock_guard const lock(mutex_);
    values_.push_back(std::move(value));
    arrived_.notify_all();
  }
  /// The next one; fails the test and gives a default one if none comes within half a minute.
  T next() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(30), [&] { return !values_.empty(); })) {
      ADD_FAILURE() << "nothing arrived";
      return {};
    }
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<T> values_;
};

/// For what other threads do without telling: looks again until it holds, at most half a minute.
template <class Condition>
bool eventually(Condition holds) {
  for (auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(30);;) {
    if (holds()) return true;
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace vendaval::sandbox::test
