// What a user has on one machine, beside what the same command gives on another.
#include <gtest/gtest.h>

#include <Eigen/Core>
#include <sstream>

#include "base/npy.h"
#include "cli/run_command.h"

namespace isr {
namespace {

Eigen::VectorXd values_of(const std::filesystem::path& file) {
  const auto values = read_npy<double>(file).values;
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

// A command, the array that it writes, and how far that may be from one instruction set to another, relative
// to its norm. What processors do not have they replace by less, and the comparison holds trivially.
struct Case {
  const char *name, *arguments, *file;
  double tolerance;
};

class InstructionSets : public testing::TestWithParam<Case> {};

TEST_P(InstructionSets, GiveTheSameToTheRoundingOfTheirSums) {
  if (has_address_sanitizer())
    GTEST_SKIP() << "the sanitizer makes this long, and sees the same code elsewhere";
  const TemporaryFolder folder;
  std::filesystem::create_symlink(ISR_DATA_DIR "/images", folder / "images");
  Eigen::VectorXd expected;
  for (const std::string set : {"sse2", "ssse3", "avx2", "avx512"}) {
    std::vector<std::string> arguments{"ISR_SIMD=" + set, ISR_EXECUTABLE};
    std::istringstream words(GetParam().arguments);
    for (std::string word; words >> word;) arguments.push_back(word);
    arguments.insert(arguments.end(), {"--quiet", "--out", set});
    const CommandResult result = RunningCommand(folder.path(), arguments, "/usr/bin/env").wait();
    ASSERT_EQ(result.status, 0) << result.err;
    const Eigen::VectorXd found = values_of(folder / set / GetParam().file);
    if (expected.size() == 0) expected = found;
    ASSERT_EQ(found.size(), expected.size());
    ASSERT_GT(expected.norm(), 0);
    EXPECT_LE((found - expected).norm(), GetParam().tolerance * expected.norm()) << set;
  }
}

INSTANTIATE_TEST_SUITE_P(
    OfOneMachine, InstructionSets,
    testing::Values(
        // To the bit: products with a matrix are summed in double precision in one order, and a Hadamard
        // transform adds in the same order at every width.
        Case{"Measurements", "measure mnist:train:0-1", "y.npy", 0},
        Case{"MeasurementsByTransform", "measure images/camera.png --resize 32", "y.npy", 0},
        Case{"Matrix", "measure mnist:train:0 --with-matrix", "X.npy", 0},
        // Sums in single precision, iteration after iteration.
        Case{"Descent", "reproduce mnist --iterations 2000 --depth 2,3", "recovered.npy", 3e-6},
        // The limit does not depend on the path to it.
        Case{"Limit", "recover mnist:train:0-1 --depth 2,3", "recovered.npy", 2e-9},
        Case{"LimitInBoxes", "recover mnist:train:0 --measurements 30% --basis boxes --rounds 1 --depth 2",
             "recovered.npy", 1e-10},
        // Conjugate gradients in single precision, to a residual of 5e-5.
        Case{"ByProducts", "recover images/camera.png --resize 32 --measurements 30% --depth 2",
             "recovered.npy", 1e-5},
        // The same moment, to rounding, is the best of those that were read.
        Case{"HoldOut", "recover mnist:train:0 --noise 0.5 --stop holdout --depth 2", "recovered.npy", 5e-6}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace isr
