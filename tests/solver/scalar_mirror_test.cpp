#include "solver/scalar_mirror.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/error.h"
#include "sensing/simd_targets.h"
#include "solver/mirror_map.h"
#include "solver/secant_kernel.h"

namespace isr {
namespace {

constexpr double magnitudes[] = {1e-9, 1e-5, 1e-3, 0.02, 0.7, 3.0, 250.0};

TEST(ScalarMirror, InvertsTheMapOfEveryDepthAndModel) {
  for (const Model model : {Model::signed_model, Model::nonnegative})
    for (const int depth : {1, 2, 3, 4, 5, 8})
      for (const double init : {1e-6, 1e-3, 0.5}) {
        const ScalarMirror mirror({depth, model, init});
        for (const double w : magnitudes) {
          EXPECT_NEAR(mirror.w(mirror.theta(w)), w, 1e-6 * w + 1e-7 * init) << depth << " " << init;
          if (model == Model::signed_model) {
            EXPECT_EQ(mirror.theta(-w), -mirror.theta(w));
          }
        }
      }
}

TEST(ScalarMirror, AgreesWithTheMirrorMapOfTheFlow) {
  for (const Model model : {Model::signed_model, Model::nonnegative})
    for (const int depth : {1, 2, 3, 5}) {
      const Parametrization network{depth, model, 1e-3};
      const ScalarMirror mirror(network);
      const MirrorMap map(network);
      for (const double w : magnitudes) {
        if (w < 1e-3) continue;
        Eigen::VectorXd back;
        map.weights(map.point(Eigen::VectorXd::Constant(1, mirror.theta(w))), back);
        EXPECT_NEAR(back[0], w, 1e-5 * w) << depth;
      }
    }
}

TEST(ScalarMirror, HasTheSlopeOfItsDifferences) {
  for (const Model model : {Model::signed_model, Model::nonnegative})
    for (const int depth : {2, 3, 6}) {
      const ScalarMirror mirror({depth, model, 1e-2});
      for (const double w : magnitudes) {
        if (w < 1e-3) continue;
        const double step = 1e-4 * w;
        const double difference = (mirror.theta(w + step) - mirror.theta(w - step)) / (2 * step);
        EXPECT_NEAR(mirror.slope(w), difference, 1e-4 * difference) << depth << " " << w;
      }
    }
}

TEST(ScalarMirror, SecantBoundsTheCurvatureOnBothSidesOfW) {
  for (const int depth : {2, 3, 5}) {
    const ScalarMirror mirror({depth, Model::signed_model, 1e-3});
    EXPECT_NEAR(mirror.secant(0), mirror.slope(0), 1e-5 * mirror.slope(0));
    double last = mirror.secant(0);
    for (const double w : magnitudes) {  // θ(w)/w falls with |w|: ∫θ is concave in w²
      EXPECT_LE(mirror.secant(w), last * (1 + 1e-7));
      EXPECT_GE(mirror.secant(w), mirror.slope(w) * (1 - 1e-7));
      last = mirror.secant(w);
    }
  }
}

TEST(ScaledSecants, AreThoseOfTheScalarMirrorAtEveryInstructionSet) {
  std::vector<float> w;
  for (double size = 1e-14; size < 1e7; size *= 1.7)
    for (const double sign : {1, -1}) w.push_back(static_cast<float>(sign * size));
  w.push_back(0);  // an odd number, so that lanes are left over
  std::vector<float> secants(w.size());
  for_each_simd_target([&] {
    for (const int depth : {1, 2, 3, 4, 5, 7, 10})
      for (const double init : {0.3, 1e-3, 1e-10}) {
        const Parametrization network{depth, Model::signed_model, init};
        const ScalarMirror mirror(network);
        scaled_secants(network, 0.7, w.data(), w.size(), secants.data());
        for (std::size_t j = 0; j < w.size(); ++j) {
          const double exact = 0.7 * mirror.secant(w[j]);
          ASSERT_NEAR(secants[j], exact, 2e-6 * exact) << depth << ", " << init << ", " << w[j];
        }
      }
  });
}

TEST(ScalarMirror, IsLinearAtDepthOne) {
  const ScalarMirror with_sign({1, Model::signed_model, 1e-3}), nonnegative({1, Model::nonnegative, 1e-3});
  EXPECT_DOUBLE_EQ(with_sign.w(0.3), 0.6);
  EXPECT_DOUBLE_EQ(with_sign.secant(0), 0.5);
  EXPECT_DOUBLE_EQ(nonnegative.w(-0.3), 1e-3 - 0.3);
}

}  // namespace
}  // namespace isr
