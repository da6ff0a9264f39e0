#include "solver/scalar_mirror.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "solver/mirror_map.h"

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

TEST(ScalarMirror, IsLinearAtDepthOne) {
  const ScalarMirror with_sign({1, Model::signed_model, 1e-3}), nonnegative({1, Model::nonnegative, 1e-3});
  EXPECT_DOUBLE_EQ(with_sign.w(0.3), 0.6);
  EXPECT_DOUBLE_EQ(with_sign.secant(0), 0.5);
  EXPECT_DOUBLE_EQ(nonnegative.w(-0.3), 1e-3 - 0.3);
}

}  // namespace
}  // namespace isr
