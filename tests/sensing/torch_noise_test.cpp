#include "sensing/torch_noise.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace isr {
namespace {

TEST(TorchNoise, RepeatsPyTorchsPublishedFirstValuesOfSeed42) {
  // torch.manual_seed(42); torch.randn(2, 8): as printed by PyTorch, four decimals.
  const Eigen::VectorXf values = torch_normals(42, 16);
  const float expected[] = {1.9269f, 1.4873f, 0.9007f, -2.1055f, 0.6784f, -1.2345f, -0.0431f, -1.6047f};
  for (int i = 0; i < 8; ++i) EXPECT_NEAR(values[i], expected[i], 5e-5) << i;
}

TEST(TorchNoise, HasMeanZeroAndVarianceOne) {
  const Eigen::VectorXf values = torch_normals(7, 100'004);
  EXPECT_NEAR(values.mean(), 0, 0.01);
  EXPECT_NEAR(values.squaredNorm() / 100'004, 1, 0.02);
}

TEST(TorchNoise, RefusesVectorsThatPyTorchMakesInAnotherWay) {
  EXPECT_THROW(torch_normals(42, 15), UsageError);
}

}  // namespace
}  // namespace isr
