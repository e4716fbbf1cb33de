#include "controller/reload.hpp"

#include <gmock/gmock.h>

namespace vendaval::controller {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Reload, LimitsAndCertificatesNeedNoRestart) {
  EXPECT_THAT(
      keys_that_need_a_restart(
          "[limits]\nidle = \"75s\"\n[proxy]\ncertificate = \"a.pem\"\nkey = \"a.key\"\n[upstream]\nca = \"x\"\n",
          "[limits]\nidle = \"5s\"\ndrain = \"1s\"\n[proxy]\ncertificate = \"b.pem\"\nkey = \"b.key\"\n"
          "[[proxy.identity]]\ncertificate = \"c.pem\"\nkey = \"c.key\"\n"),
      IsEmpty());
}

TEST(Reload, EverythingElseDoesAndIsNamed) {
  EXPECT_THAT(
      keys_that_need_a_restart("[proxy]\nlisten = \"127.0.0.1:1\"\nthreads = 2\n[storage]\nurl = \"sqlite:a\"\n",
                               "[proxy]\nlisten = \"127.0.0.1:2\"\nthreads = 2\n[[channel]]\nname = \"x\"\n"),
      ElementsAre("channel", "proxy.listen", "storage.url"));
}

TEST(Reload, HowItIsWrittenDoesNotMatter) {
  EXPECT_THAT(
      keys_that_need_a_restart("api = { listen = \"127.0.0.1:1\" }\n", "# moved\n[api]\nlisten = '127.0.0.1:1'\n"),
      IsEmpty());
}

}  // namespace
}  // namespace vendaval::controller
