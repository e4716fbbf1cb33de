#include "proxy/toxics/go_json.hpp"

#include <gtest/gtest.h>

namespace vendaval::toxics {
namespace {

TEST(GoJson, SaysWhatIsWrongWithABodyInGosWords) {
  struct {
    std::string body, said;
  } const cases[]{
      {"", "EOF"},
      {" \n", "EOF"},
      {"{", "unexpected EOF"},
      {R"({"name":"re)", "unexpected EOF"},
      {"garbage", "invalid character 'g' looking for beginning of value"},
      {R"({"name":x})", "invalid character 'x' looking for beginning of value"},
      {"[1,x]", "invalid character 'x' looking for beginning of value"},
      {"\xfd", "invalid character '\\xfd' looking for beginning of value"},
      {"{name:1}", "invalid character 'n' looking for beginning of object key string"},
  };
  for (auto const& [body, said] : cases) {
    auto const read = parse_body(body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error(), said) << body;
  }
}

// Go reads one value and never looks at the rest.
TEST(GoJson, RefusesWhatComesAfterTheValue) {
  EXPECT_EQ(parse_body("{} trailing").error(), "invalid character 't' where it does not belong");
  EXPECT_TRUE(parse_body(" {}\n"));
}

TEST(GoJson, FindsMembersInAnyCaseAndTakesNullForAbsent) {
  auto const body = parse_body(R"({"NAME":"a","Enabled":false,"upstream":null})");
  std::string name, upstream = "kept";
  bool enabled = true;
  go_fields fields(body->get_object(), "Proxy");
  fields("name", name);
  fields("enabled", enabled);
  fields("upstream", upstream);
  EXPECT_EQ(fields.error(), "");
  EXPECT_EQ(name + upstream, "akept");
  EXPECT_FALSE(enabled);
}

TEST(GoJson, ComplainsOfTheFirstWrongType) {
  auto const body = parse_body(R"({"a":[],"b":true,"c":2.5,"d":"x"})");
  std::string a;
  std::int64_t b = 0, c = 7;
  double d = 0;
  go_fields fields(body->get_object(), "Proxy");
  fields("c", c);
  fields("a", a);
  fields("b", b);
  fields("d", d);
  EXPECT_EQ(fields.error(), "json: cannot unmarshal number 2.5 into Go struct field Proxy.c of type int64");
  EXPECT_EQ(c, 7);
}

}  // namespace
}  // namespace vendaval::toxics
