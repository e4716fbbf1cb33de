// Plays every file of the folders named through one fuzz target: the seeds as an ordinary test.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz.hpp"

int main(int count, char** arguments) {
  std::size_t played = 0;
  for (int i = 1; i < count; ++i)
    for (auto const& entry : std::filesystem::directory_iterator(arguments[i])) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::string const bytes(std::istreambuf_iterator<char>(file), {});
      std::printf("%s\n", entry.path().c_str());
      LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(bytes.data()), bytes.size());
      ++played;
    }
  vendaval::fuzz::must(played > 0, "there are seeds to play");
  return 0;
}
