#include "metrics/metrics.h"

#include <gtest/gtest.h>

#include <limits>

#include "sensing/operator_checks.h"

namespace isr {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Image random_image(int height, int width, int channels, const char* stream) {
  Image image(height, width, channels);
  RandomStream random = RandomStream::named(1, stream);
  for (auto& value : image.pixels.reshaped()) value = static_cast<float>(random.uniform());
  return image;
}

TEST(Metrics, RelativeErrorIsTheRatioOfNorms) {
  const Eigen::VectorXf w = Eigen::Vector3f(1, 2, 5), truth = Eigen::Vector3f(1, 2, 2);
  EXPECT_DOUBLE_EQ(squared_error(w, truth), 9);
  EXPECT_DOUBLE_EQ(relative_error(w, truth), 1);
  EXPECT_EQ(relative_error(truth, truth), 0);
  EXPECT_EQ(relative_error(Eigen::Vector3f::Zero(), Eigen::Vector3f::Zero()), 0);
  EXPECT_EQ(relative_error(w, Eigen::Vector3f::Zero()), infinity);
}

TEST(Metrics, PsnrOfAUniformErrorIsItsSizeInDecibels) {
  Image truth(10, 10), recovered(10, 10);
  truth.pixels.setConstant(0.5f);
  recovered.pixels.setConstant(0.6f);
  EXPECT_NEAR(psnr(recovered, truth), 20, 1e-5);
  EXPECT_NEAR(mse(recovered, truth), 0.01, 1e-8);
  EXPECT_EQ(psnr(truth, truth), infinity);
}

TEST(Metrics, PsnrClipsToTheRangeOfPixelsAndMseDoesNot) {
  Image truth(4, 4), recovered(4, 4);
  truth.pixels.setOnes();
  recovered.pixels.setConstant(3);
  EXPECT_EQ(psnr(recovered, truth), infinity);
  EXPECT_DOUBLE_EQ(mse(recovered, truth), 4);
  truth.pixels.setZero();
  recovered.pixels.setConstant(-1);
  recovered.pixels(0) = 0.4f;
  EXPECT_NEAR(psnr(recovered, truth), -10 * std::log10(0.16 / 16), 1e-5);
}

TEST(Metrics, EveryChannelCounts) {
  Image truth = random_image(12, 13, 3, "a"), recovered = truth;
  recovered.pixels.col(2).array() -= 0.3f;
  EXPECT_NEAR(mse(recovered, truth), 0.03, 1e-6);
  EXPECT_LT(ssim(recovered, truth), 0.99);
  EXPECT_NEAR(ssim(truth, truth), 1, 1e-6);
}

// The formula at one window: where all of a picture is constant, SSIM is its luminance term
// (2ab + C1) / (a² + b² + C1), C1 = 0.01² (peak 1).
TEST(Metrics, SsimOfConstantPicturesIsTheLuminanceTerm) {
  Image a(16, 16), b(16, 16);
  a.pixels.setConstant(0.6f);
  b.pixels.setConstant(0.3f);
  const double c1 = 1e-4;
  EXPECT_NEAR(ssim(a, b), (2 * 0.18 + c1) / (0.36 + 0.09 + c1), 1e-5);
}

TEST(Metrics, SsimIsSymmetricBelowOneAndFallsWithNoise) {
  const Image truth = random_image(24, 24, 1, "truth"), noise = random_image(24, 24, 1, "noise");
  double previous = 1;
  for (const float amount : {0.1f, 0.3f, 1.0f}) {
    Image noisy = truth;
    noisy.pixels += amount * (noise.pixels - truth.pixels);
    const double value = ssim(noisy, truth);
    EXPECT_LT(value, previous);
    EXPECT_NEAR(value, ssim(truth, noisy), 1e-6);
    previous = value;
  }
  EXPECT_LT(previous, 0.2);  // pictures that have nothing in common
}

TEST(Metrics, SsimAndPsnrClipTheRecoveredPicture) {
  Image over = random_image(16, 16, 1, "over"), clipped = over;
  over.pixels(5) = 4;
  over.pixels(9) = -3;
  clipped.pixels(5) = 1;
  clipped.pixels(9) = 0;
  const Image truth = random_image(16, 16, 1, "truth");
  EXPECT_EQ(ssim(over, truth), ssim(clipped, truth));
  EXPECT_EQ(psnr(over, truth), psnr(clipped, truth));
}

TEST(Metrics, SupportCountsEntriesAboveTheThreshold) {
  const Eigen::VectorXf w = (Eigen::VectorXf(6) << 0, 0.01f, 0.02f, -0.5f, 1e-6f, 3).finished();
  EXPECT_EQ(support_size(w), 3);
  EXPECT_EQ(support_size(w, 0), 5);
  EXPECT_EQ(support_size(w, 1), 1);
}

}  // namespace
}  // namespace isr
