#include "base/toml/reader.hpp"

#include <gmock/gmock.h>

#include <array>

namespace vendaval {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Reads `text` with `read` and finishes; what was wrong stays in `found`.
class TomlReader : public testing::Test {
 protected:
  std::string read(std::string const& text, std::function<void(table_reader&)> const& with) {
    found.clear();
    auto const document = parse_toml("demo.toml", text, found);
    if (document) {
      table_reader reader(document->table, document->file, found);
      with(reader);
      reader.finish();
    }
    return explain(found, text);
  }
  problems found;
};

constexpr std::array<std::string_view, 2> colours{"red", "green"};
enum class colour { red, green };

TEST_F(TomlReader, ReadsEveryKindOfValue) {
  duration wait{};
  percent share{};
  bytes size{};
  double factor = 0;
  bool on = false;
  std::string name;
  std::vector<std::string> banks;
  unsigned count = 0;
  std::uint16_t port = 0;
  colour one = colour::red;
  std::vector<colour> several;
  std::optional<duration> maybe, never;
  EXPECT_EQ(read(R"(
wait = "250ms"
share = "30%"
size = "64KiB"
factor = 2
on = true
name = "demo"
banks = ["itau", "bb"]
count = 3
port = 8443
one = "green"
several = ["green", "red"]
maybe = "1s"
)",
                 [&](table_reader& r) {
                   r("wait", wait, 1ms, 1h);
                   r("share", share);
                   r("size", size, bytes{1}, bytes{1 << 20});
                   r("factor", factor, 0, 10);
                   r("on", on);
                   r("name", name);
                   r("banks", banks);
                   r("count", count, 1, 10);
                   r("port", port, 0, 65535);
                   r("one", one, colours);
                   r("several", several, colours);
                   r("maybe", maybe, 1ms, 1h);
                   r("never", never, 1ms, 1h);
                 }),
            "");
  EXPECT_EQ(wait, 250ms);
  EXPECT_EQ(share, percent{30});
  EXPECT_EQ(size, bytes{65536});
  EXPECT_EQ(factor, 2);
  EXPECT_TRUE(on);
  EXPECT_EQ(name, "demo");
  EXPECT_THAT(banks, ElementsAre("itau", "bb"));
  EXPECT_EQ(count, 3u);
  EXPECT_EQ(port, 8443);
  EXPECT_EQ(one, colour::green);
  EXPECT_THAT(several, ElementsAre(colour::green, colour::red));
  EXPECT_EQ(maybe, 1s);
  EXPECT_EQ(never, std::nullopt);
}

TEST_F(TomlReader, LeavesTheDefaultWhenAKeyIsAbsent) {
  duration wait = 7s;
  std::vector<std::string> banks{"bb"};
  EXPECT_EQ(read("",
                 [&](table_reader& r) {
                   r("wait", wait, 1ms, 1h);
                   r("banks", banks);
                 }),
            "");
  EXPECT_EQ(wait, 7s);
  EXPECT_THAT(banks, ElementsAre("bb"));
}

TEST_F(TomlReader, SaysWhatADurationLooksLikeAndKeepsTheDefault) {
  duration wait = 7s;
  auto const with = [&](table_reader& r) { r("wait", wait, 1ms, 1h); };
  for (auto const* wrong : {"wait = 5", "wait = \"5\"", "wait = true", "wait = [\"5s\"]", "wait = \"-5s\""}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_EQ(found[0].what, "wait must be a duration such as \"250ms\", \"30s\" or \"3m\"");
  }
  read("wait = \"2h\"", with);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "wait = 2h is outside 1ms to 1h");
  EXPECT_EQ(wait, 7s);
}

TEST_F(TomlReader, TakesTheBoundsThemselves) {
  duration wait{};
  auto const with = [&](table_reader& r) { r("wait", wait, 1ms, 1h); };
  EXPECT_EQ(read("wait = \"1ms\"", with), "");
  EXPECT_EQ(read("wait = \"1h\"", with), "");
}

TEST_F(TomlReader, SaysWhatAPercentageLooksLike) {
  percent share{1};
  auto const with = [&](table_reader& r) { r("share", share, {10}, {50}); };
  for (auto const* wrong : {"share = 30", "share = 0.3", "share = \"30\"", "share = \"101%\""}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_EQ(found[0].what, "share must be a percentage in quotes such as \"30%\"");
  }
  read("share = \"60%\"", with);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "share = 60% is outside 10% to 50%");
  EXPECT_EQ(share, percent{1});
}

TEST_F(TomlReader, SaysWhatASizeLooksLike) {
  bytes size{1};
  auto const with = [&](table_reader& r) { r("size", size, bytes{1024}, bytes{4096}); };
  read("size = 64", with);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "size must be a size such as \"64KiB\" or \"1MiB\"");
  read("size = \"8KiB\"", with);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "size = 8KiB is outside 1KiB to 4KiB");
  EXPECT_EQ(size, bytes{1});
}

TEST_F(TomlReader, TakesANumberOnlyInsideItsBounds) {
  double factor = 1;
  auto const with = [&](table_reader& r) { r("factor", factor, 0, 2.5); };
  for (auto const* wrong : {"factor = \"2\"", "factor = true"}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_EQ(found[0].what, "factor must be a number from 0 to 2.5");
  }
  for (auto const* wrong : {"factor = 2.6", "factor = -0.1", "factor = nan", "factor = inf", "factor = 3"}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_THAT(found[0].what, HasSubstr("is outside 0 to 2.5"));
  }
  EXPECT_EQ(factor, 1);
}

TEST_F(TomlReader, TakesOnlyWholeNumbersForACount) {
  unsigned count = 5;
  auto const with = [&](table_reader& r) { r("count", count, 1, 10); };
  for (auto const* wrong : {"count = 1.5", "count = \"3\"", "count = true", "count = 3.0"}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_EQ(found[0].what, "count must be a whole number from 1 to 10");
  }
  for (auto const* wrong : {"count = 0", "count = 11", "count = -1", "count = 4294967299"}) {
    read(wrong, with);
    ASSERT_EQ(found.size(), 1u) << wrong;
    EXPECT_THAT(found[0].what, HasSubstr("is outside 1 to 10"));
  }
  EXPECT_EQ(count, 5u);
}

TEST_F(TomlReader, RefusesOtherTypesForTruthTextAndList) {
  bool on = true;
  std::string name = "x";
  std::vector<std::string> banks{"bb"};
  auto const said = read("on = \"false\"\nname = 5\nbanks = \"itau\"", [&](table_reader& r) {
    r("on", on);
    r("name", name);
    r("banks", banks);
  });
  EXPECT_THAT(said, HasSubstr("on must be true or false"));
  EXPECT_THAT(said, HasSubstr("name must be a text in quotes"));
  EXPECT_THAT(said, HasSubstr("banks must be a list of texts such as [\"itau\", \"bb\"]"));
  read("banks = [\"bb\", 5]", [&](table_reader& r) { r("banks", banks); });
  EXPECT_EQ(found.size(), 1u);
  EXPECT_TRUE(on);
  EXPECT_EQ(name, "x");
  EXPECT_THAT(banks, ElementsAre("bb"));
}

TEST_F(TomlReader, OffersTheNearestOfTheWordsItAccepts) {
  colour one = colour::red;
  read("one = \"grean\"", [&](table_reader& r) { r("one", one, colours); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].help, "did you mean \"green\"? accepted: \"red\", \"green\"");
  read("one = 5", [&](table_reader& r) { r("one", one, colours); });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].help, "accepted: \"red\", \"green\"");
  EXPECT_EQ(one, colour::red);
}

TEST_F(TomlReader, PointsAtTheWrongWordInAList) {
  std::vector<colour> several{colour::green};
  auto const said = read("several = [\"red\", \"gren\"]", [&](table_reader& r) { r("several", several, colours); });
  EXPECT_EQ(said,
            "demo.toml:1:19: several does not know \"gren\"\n"
            "     1 | several = [\"red\", \"gren\"]\n"
            "       |                   ^^^^^^\n"
            "       = did you mean \"green\"? accepted: \"red\", \"green\"\n");
}

TEST_F(TomlReader, AnOptionalStaysEmptyWhenItsValueIsWrong) {
  std::optional<duration> wait;
  read("wait = 5", [&](table_reader& r) { r("wait", wait, 1ms, 1h); });
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(wait, std::nullopt);
}

TEST_F(TomlReader, ReportsEveryMistakeAtOnceInTheOrderOfTheFile) {
  duration wait = 7s;
  std::string target;
  EXPECT_EQ(read("chanse = \"30%\"\n"
                 "wait = \"2h\"   # too long\n"
                 "target = 5\n",
                 [&](table_reader& r) {
                   r("target", target);
                   r("wait", wait, 1ms, 1h);
                   percent chance{};
                   r("chance", chance);
                 }),
            "demo.toml:1:1: unknown key \"chanse\"\n"
            "     1 | chanse = \"30%\"\n"
            "       | ^^^^^^\n"
            "       = did you mean \"chance\"? accepted here: target, wait, chance\n"
            "demo.toml:2:8: wait = 2h is outside 1ms to 1h\n"
            "     2 | wait = \"2h\"   # too long\n"
            "       |        ^^^^\n"
            "demo.toml:3:10: target must be a text in quotes\n"
            "     3 | target = 5\n"
            "       |          ^\n");
}

TEST_F(TomlReader, PutsTheCaretUnderTheRightLetterAfterAccents) {
  std::string name;
  EXPECT_EQ(read("a = { \"itaú\" = 1, x = 2 }",
                 [&](table_reader& r) {
                   r.table("a", [&](table_reader& inner) {
                     inner("itaú", name);
                     inner("x", name);
                   });
                 }),
            "demo.toml:1:16: itaú must be a text in quotes\n"
            "     1 | a = { \"itaú\" = 1, x = 2 }\n"
            "       |                ^\n"
            "demo.toml:1:23: x must be a text in quotes\n"
            "     1 | a = { \"itaú\" = 1, x = 2 }\n"
            "       |                       ^\n");
}

TEST_F(TomlReader, FindsAnUnknownKeyInATableAndInAListOfTables) {
  auto const nothing = [](table_reader& r) {
    bool on = false;
    r("on", on);
  };
  auto const said = read("[one]\nof = true\n[[many]]\non = true\n[[many]]\nonn = true\n", [&](table_reader& r) {
    EXPECT_TRUE(r.table("one", nothing));
    EXPECT_FALSE(r.table("absent", nothing));
    r.each("many", nothing);
    r.each("none", nothing);
  });
  EXPECT_THAT(said, HasSubstr("demo.toml:2:1: unknown key \"of\""));
  EXPECT_THAT(said, HasSubstr("demo.toml:6:1: unknown key \"onn\""));
  EXPECT_EQ(found.size(), 2u);
}

TEST_F(TomlReader, SaysHowATableIsWritten) {
  auto const said = read("one = 1\nmany = [1]\n", [](table_reader& r) {
    r.table("one", [](table_reader&) { FAIL() << "there is no table"; });
    r.each("many", [](table_reader&) { FAIL() << "there is no table"; });
  });
  EXPECT_THAT(said, HasSubstr("one must be a table\n"));
  EXPECT_THAT(said, HasSubstr("= write [one] on a line of its own\n"));
  EXPECT_THAT(said, HasSubstr("many must be a list of tables\n"));
  EXPECT_THAT(said, HasSubstr("= write [[many]] on a line of its own, once for each\n"));
}

TEST_F(TomlReader, NamesATableWithinATableAsItsHeaderIsWritten) {
  auto const said = read("[usual]\nrelax = 3\nof = 4\n[[many]]\ncall = 1\n", [](table_reader& r) {
    r.table("usual", [](table_reader& usual) {
      usual.each("relax", [](table_reader&) {});
      usual.table("of", [](table_reader&) {});
    });
    r.each("many", [](table_reader& one) { one.each("call", [](table_reader&) {}); });
  });
  EXPECT_THAT(said, HasSubstr("= write [[usual.relax]] on a line of its own, once for each\n"));
  EXPECT_THAT(said, HasSubstr("= write [usual.of] on a line of its own\n"));
  EXPECT_THAT(said, HasSubstr("= write [[many.call]] on a line of its own, once for each\n"));
}

TEST_F(TomlReader, ReadsAStaticMapAndRefusesWhatIsNoTextInIt) {
  std::vector<std::string> pairs;
  read("a = \"1\"\nb = 2\nc = \"3\"\n", [&](table_reader& r) {
    r.strings([&](std::string_view k, std::string v) { pairs.push_back(std::string(k) + v); });
  });
  EXPECT_THAT(pairs, ElementsAre("a1", "c3"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].what, "b must be a text in quotes");
}

TEST_F(TomlReader, SaysWhatIsMissingAndWhere) {
  read("[phase]\nx = true\n", [](table_reader& r) {
    r.table("phase", [](table_reader& inner) {
      bool x = false;
      inner("x", x);
      inner.require("x");
      inner.require("name");
    });
  });
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 1u);
  EXPECT_EQ(found[0].what, "\"name\" is missing here");
}

TEST_F(TomlReader, PointsAtAKeyOrAnElementOnRequest) {
  std::vector<std::string> banks;
  read("banks = [\"bb\", \"nobody\"]\n", [&](table_reader& r) {
    r("banks", banks);
    r.fail_at("banks", 1, "unknown institution \"nobody\"", "accepted: bb");
    r.fail("banks", "too many");
    r.fail("absent", "somewhere here");
  });
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(std::pair(found[0].line, found[0].column), std::pair(1u, 16u));
  EXPECT_EQ(std::pair(found[1].line, found[1].column), std::pair(1u, 9u));
  EXPECT_EQ(found[2].what, "somewhere here");
}

TEST_F(TomlReader, PlacesASyntaxErrorAndReadsNothing) {
  problems out;
  EXPECT_EQ(parse_toml("demo.toml", "a = 1\nb = = 2\n", out), std::nullopt);
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(out[0].file, "demo.toml");
  EXPECT_EQ(out[0].line, 2u);
  EXPECT_FALSE(out[0].what.empty());
}

TEST(Explain, WritesAProblemOfTheWholeFileWithoutALine) {
  EXPECT_EQ(explain({{"a.toml", 0, 0, 1, "the file is empty", "write a scenario"}}, ""),
            "a.toml: the file is empty\n       = write a scenario\n");
  EXPECT_EQ(explain({}, "x"), "");
}

}  // namespace
}  // namespace vendaval
