// What a run takes, beside what its plan said.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/run_command.h"

namespace isr {
namespace {

using Json = nlohmann::json;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

class Memory : public testing::TestWithParam<const char*> {};

TEST_P(Memory, IsNoMoreThanThePlanSaysByATenth) {
  if (has_address_sanitizer()) GTEST_SKIP() << "the sanitizer takes memory of its own";
  const TemporaryFolder folder;
  std::filesystem::create_symlink(ISR_DATA_DIR "/images", folder / "images");
  ASSERT_EQ(
      run_isr(folder.path(), words_of("measure mnist:train:5 --measurements 50% --out measured")).status, 0);
  std::vector<std::string> arguments = words_of(GetParam());
  arguments.insert(arguments.end(), {"--out", "out", "--quiet"});
  const CommandResult done = run_isr(folder.path(), arguments);
  ASSERT_EQ(done.status, 0) << done.err;
  std::filesystem::remove_all(folder / "out");
  arguments.insert(arguments.end(), {"--dry-run", "--json"});
  const CommandResult planned = run_isr(folder.path(), arguments);
  ASSERT_EQ(planned.status, 0) << planned.err;
  const Json plans = Json::parse(planned.out);
  double most = 0;
  for (const Json& plan : plans.is_array() ? plans : Json::array({plans}))
    most = std::max(most, plan["memory_bytes"].get<double>());
  EXPECT_LE(static_cast<double>(done.peak_bytes), 1.1 * most);
}

INSTANTIATE_TEST_SUITE_P(
    OfEveryCommand, Memory,
    testing::Values(
        "recover images/camera.png --resize 16 --depth 2",
        "recover images/camera.png --resize 64 --ensemble gaussian --measurements 50% --rounds 1 --depth 2",
        "recover images/camera.png --resize 64 --measurements 30% --rounds 1 --depth 2 --baselines lasso,ls",
        "recover images/camera.png --resize 320 --rounds 1 --shifts 1 --depth 2",
        "recover mnist:train:0-39 --basis pixel --depth 2,3 --threads 2",  // a large figure
        "recover mnist:train:0-3 --measurements 30% --basis boxes --depth 2 --threads 2",
        "recover mnist:train:0-3 --measurements 30% --basis boxes --stop holdout --noise 0.1 --depth 2",
        "compare mnist:train:0-2 --depth 1,2,3",
        "compare images/camera.png --resize 64 --measurements 30% --depth 2",
        "measure images/camera.png --resize 256", "solve measured --depth 2",
        "sweep sparse:k=4..18:8,p=120 --over measurements=30%..70%:3 --depth 2",
        "sweep mnist:train:0-3 --measurements 30% --basis boxes --depth 2 --threads 2"));

}  // namespace
}  // namespace isr
