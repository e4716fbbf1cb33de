#include "proxy/faults/reference.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace vendaval::faults {
namespace {

TEST(FaultReference, IsThePageThatTheRepositoryShows) {
  std::ifstream in(VENDAVAL_SOURCE_DIR "/docs/faults.md");
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), reference_page()) << "write it anew: vendaval faults list --markdown > docs/faults.md";
}

TEST(FaultReference, SaysWhatEveryKeyMeans) {
  for (auto const& kind : reference()) {
    EXPECT_TRUE(kind.about.ends_with('.')) << kind.name;
    EXPECT_FALSE(kind.toxiproxy.empty() || kind.envoy.empty() || kind.wiremock.empty()) << kind.name;
    for (auto const& key : kind.keys) EXPECT_FALSE(key.meaning.empty()) << kind.name << "." << key.name;
  }
}

}  // namespace
}  // namespace vendaval::faults
