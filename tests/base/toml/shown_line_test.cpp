#include "base/toml/shown_line.hpp"

#include <gmock/gmock.h>

#include "base/toml/place_in_file.hpp"
#include "base/toml/reader.hpp"

namespace vendaval {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The last line of `text` as a problem shows it.
shown_line last_line(std::string const& text, bool unreadable = false, unsigned column = 1, unsigned width = 1) {
  auto const line = static_cast<unsigned>(std::ranges::count(text, '\n')) + 1;
  return show_line(text, {"x.toml", line, column, width, "wrong", {}, unreadable});
}

std::string under(std::string const& header, std::string const& line) { return last_line(header + "\n" + line).text; }

TEST(ShowLine, KeepsEveryKeyAndHidesTheValuesWhereSecretsLive) {
  for (std::string const header : {"[[channel]]", "[storage]", "[probes]", "[api]", "[[probes.call]]",
                                   "[[ channel ]] # x", "[[chanel]]", "[[channels]]", "[storge]"}) {
    EXPECT_EQ(under(header, "tokn = \"xoxb-SECRET-1234567890\""), "tokn = \"…\"") << header;
    EXPECT_EQ(under(header, "  x='s3cret'"), "  x='…'") << header;
    EXPECT_EQ(under(header, "x = [\"a b\", \"c\"]  # was d"), "x = [\"…\", \"…\"]  #…") << header;
    EXPECT_EQ(under(header, "x = \"\"\"s3cret\"\"\""), "x = \"\"\"…\"\"\"") << header;
  }
  EXPECT_EQ(under("[storage]", "uri = \"postgresql://vendaval:s3cretpw@db/x\""), "uri = \"…\"");
  EXPECT_EQ(last_line("storage.ur = \"s3cret\"").text, "storage.ur = \"…\"");
  EXPECT_EQ(last_line("channel = [{ name = \"ops\", url = \"geheim\" }]").text,
            "channel = [{ name = \"ops\", url = \"…\" }]");
  EXPECT_EQ(last_line("[[channel]]\nto = [\n  \"geheim\",\n  \"geheim\"").text, "  \"…\"");
}

TEST(ShowLine, KeepsWhatCannotBeASecret) {
  for (auto const* line : {"every = \"1s\"", "every = 30", "x = \"99.5%\"", "x = true", "size = \"64KiB\"",
                           "x = \"1h30m\"", "institution = \"itauu\"", "kind = \"pager-duty\"", "x = \"\""})
    EXPECT_EQ(under("[probes]", line), line);
  EXPECT_EQ(under("[probes]", "pin = 123456"), "pin = …");
}

TEST(ShowLine, ShowsOtherTablesAsTheyAreExceptForWhatLooksLikeASecret) {
  for (auto const* line :
       {"target = \"itauu\"", "answers = [\"institution_down\", \"x\"]", "url = \"http://sandbox.belvo.com\"",
        "listen = \"8443\"  # too short", "certificate = \"certificates/proxy.pem\"", "a = { \"itaú\" = 1, x = 2 }",
        "b = 1979-05-27T07:32:00Z", "token_p50 = \"9ms\""})
    EXPECT_EQ(under("[scenario]", line), line);
  for (auto const& [line, shown] : std::vector<std::pair<std::string, std::string>>{
           {"token = \"geheim\"", "token = \"…\""},
           {"tokn = \"geheim\"  # geheim", "tokn = \"…\"  #…"},
           {"password = 1234", "password = …"},
           {"webhook_url = \"geheim\"", "webhook_url = \"…\""},
           {"auth = { user = \"ana\", x = \"geheim\" }", "auth = { user = \"…\", x = \"…\" }"},
           {"x = \"https://hooks.slack.com/services/T0/B0/geheim\"", "x = \"…\""},
           {"url = \"https://id:geheim@sandbox.belvo.com\"", "url = \"…\""},
           {"x = \"xoxb-SECRET-1234567890\"", "x = \"…\""},
           {"x = 1  # xoxb-SECRET-1234567890", "x = 1  #…"}})
    EXPECT_EQ(under("[upstream]", line), shown);
}

TEST(ShowLine, TrustsNothingInAFileThatIsNoToml) {
  for (auto const& [line, shown] :
       std::vector<std::pair<std::string, std::string>>{{"token = xoxb-SECRET, and more # of it", "token = …"},
                                                        {"name = \"xoxb SECRET", "name = \"…"},
                                                        {"x = \"open\"geheim\" # geheim", "x = \"…\"…"},
                                                        {"url = 'geheim' 'geheim'", "url = '…' '…'"},
                                                        {"geheim", "…"},
                                                        {"for = 30s", "for = 30s"},
                                                        {"target = itau", "target = itau"},
                                                        {"probability = 30%", "probability = 30%"}})
    EXPECT_EQ(last_line("[scenario]\n" + line, true).text, shown);
}

TEST(ShowLine, HidesWhatStandsInATextOfSeveralLines) {
  EXPECT_EQ(last_line("[proxy]\nx = \"\"\"\n# geheim\na = \"geheim\"").text, "…");
  EXPECT_EQ(last_line("[proxy]\nx = '''\n'''\na = \"b\"").text, "a = \"b\"");
  EXPECT_EQ(last_line("[[channel]] # \"\"\"\nx = '''\n[proxy]\n'''\na = \"geheim\"").text, "a = \"…\"");
}

TEST(ShowLine, PutsTheCaretUnderWhatIsLeft) {
  // t o k n   =   " s e c r e t "        t o k n   =   " … "
  auto const value = last_line("[api]\ntokn = \"secret\"", false, 8, 8);
  EXPECT_EQ(value.text, "tokn = \"…\"");
  EXPECT_EQ(std::pair(value.column, value.width), std::pair(8u, 3u));
  auto const inside = last_line("[api]\ntokn = \"secret\"", false, 11, 1);
  EXPECT_EQ(std::pair(inside.column, inside.width), std::pair(9u, 1u));
  auto const behind = last_line("[api]\nx = [\"ção\", \"ção\"]", false, 13, 5);
  EXPECT_EQ(behind.text, "x = [\"…\", \"…\"]");
  EXPECT_EQ(std::pair(behind.column, behind.width), std::pair(11u, 3u));
  auto const beyond = last_line("[api]\ntokn = \"secret", true, 15, 1);
  EXPECT_EQ(beyond.text, "tokn = \"…");
  EXPECT_EQ(std::pair(beyond.column, beyond.width), std::pair(10u, 1u));
}

TEST(ShowLine, NoSecretOfASyntaxErrorIsInTheParsersWordsEither) {
  for (std::string const line :
       {"token = xoxb-SECRET-1", "token = \"xoxb-SECRET-1", "token = \"a\"\ntoken = \"xoxb-SECRET-1\"",
        "token = trueSECRET-1", "token = infSECRET", "token = 99999999999999999999SECRET", "token = 0xSECRET",
        "token = 2026-01-SECRET", "token = \"a\" SECRET", "token = [\"SECRET\"", "token = { x = \"SECRET\" ", "SECRET",
        "token = 99999999999999999999", "token = \"SECRET\\q\"", "[SECRET", "token = nSECRET", "token = fSECRET"}) {
    problems wrong;
    auto const text = "[[channel]]\n" + line;
    EXPECT_FALSE(parse_toml("x.toml", text, wrong)) << line;
    auto const said = explain(wrong, text);
    EXPECT_THAT(said, HasSubstr("x.toml:")) << line;
    EXPECT_THAT(said, Not(HasSubstr("SECRET"))) << line;
    EXPECT_THAT(said, Not(HasSubstr("9999"))) << line;
  }
}

TEST(WithoutQuotes, KeepsWhatIsNotOfTheFile) {
  EXPECT_EQ(without_quotes("expected value, saw '='"), "expected value, saw '='");
  EXPECT_EQ(without_quotes("expected 'false', saw 'fSECRET'"), "expected 'false', saw '…'");
  EXPECT_EQ(without_quotes("saw ''' here"), "saw ''' here");
  EXPECT_EQ(without_quotes("nothing is quoted, it's said"), "nothing is quoted, it's said");
}

TEST(PlaceOfLine, KnowsTheTableAndTheKeyThatGoesOn) {
  std::string const text = "a = 1\n[one]\nb = [\n  2,\n]\n[[two.three]]\nc = 1\r\n";
  EXPECT_EQ(place_of_line(text, 1).table, "");
  EXPECT_EQ(place_of_line(text, 4).table, "one");
  EXPECT_EQ(place_of_line(text, 4).key, "b");
  EXPECT_EQ(place_of_line(text, 7).table, "two.three");
  EXPECT_EQ(place_of_line(text, 7).key, "");
  EXPECT_EQ(place_of_line(text, 7).line, "c = 1");
  EXPECT_EQ(place_of_line(text, 99).line, "");
}

}  // namespace
}  // namespace vendaval
