#include <string>
#include <vector>

#include "base/toml/reader.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace vendaval;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  problems out;
  auto const document = parse_toml("fuzz.toml", std::string(fuzz::text_of(data, size)), out);
  if (!document) {
    fuzz::must(!out.empty(), "a file that cannot be read has a problem");
    return 0;
  }
  table_reader reader(document->table, document->file, out);
  duration wait{1s};
  percent share{};
  bytes room{};
  double ratio = 0.5;
  int count = 1;
  bool on = false;
  std::string name;
  std::vector<std::string> names;
  auto const read = [&](table_reader& t) {
    t("wait", wait, 0s, 1h);
    t("share", share);
    t("room", room, bytes{0}, bytes{1024});
    t("ratio", ratio, 0.0, 1.0);
    t("count", count, 0, 100);
    t("on", on);
    t("name", name);
    t("names", names);
  };
  read(reader);
  reader.table("table", read);
  reader.each("tables", read);
  reader.finish();
  fuzz::must(wait >= 0s && wait <= 1h && ratio >= 0 && ratio <= 1 && count >= 0 && count <= 100,
             "what is out of bounds leaves the default");
  return 0;
}
