#include "solver/parametrization.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/test_files.h"
#include "sensing/operator_checks.h"
#include "sensing/simd_targets.h"
#include "solver/network_kernel.h"

namespace isr {
namespace {

TEST(Parametrization, StartIsTheRootOfTheInitialScale) {
  for (const int depth : {1, 2, 3, 5, 12})
    EXPECT_NEAR(std::pow(Parametrization{depth, Model::nonnegative, 1e-3}.start(), depth), 1e-3, 1e-15);
}

TEST(Parametrization, ValuesOutOfRangeAreWrongUsageAndNamed) {
  EXPECT_EQ(error_of<UsageError>([] {
              Parametrization{0, Model::signed_model, 1}.validate();
            }),
            "depth must lie between 1 and 100; got 0");
  for (const auto& [init, text] : {std::pair{0.0, "0"},
                                   {-1.0, "-1"},
                                   {std::nan(""), "nan"},
                                   {1e-320, "9.99989e-321"},
                                   {std::numeric_limits<double>::infinity(), "inf"}})
    EXPECT_EQ(error_of<UsageError>([&, init = init] {
                Parametrization{2, Model::signed_model, init}.validate();
              }),
              std::string("init must lie between 1e-100 and 1e100; got ") + text);
  EXPECT_NO_THROW((Parametrization{1, Model::nonnegative, 1e-30}.validate()));
}

// The step in double precision, as the header has it.
void reference_step(int depth, double scale, const Eigen::VectorXd& gradient, Eigen::VectorXd& u,
                    Eigen::VectorXd* v, Eigen::VectorXd& w) {
  u -= (scale * u.array().pow(depth - 1) * gradient.array()).matrix();
  w = u.array().pow(depth);
  if (!v) return;
  *v += (scale * v->array().pow(depth - 1) * gradient.array()).matrix();
  w -= v->array().pow(depth).matrix();
}

TEST(NetworkStep, EqualsTheFormulaAtEveryDepthAndLengthOnEveryInstructionSet) {
  for_each_simd_target([] {
    for (const int depth : {1, 2, 3, 4, 5, 6, 7, 10, 17})
      for (const Index count : {1, 3, 8, 16, 37, 784})
        for (const bool is_signed : {false, true}) {
          SCOPED_TRACE(testing::Message() << "depth " << depth << ", " << count << " weights");
          const Eigen::VectorXf gradient = random_columns(count, 1, "gradient");
          Eigen::VectorXf u = random_columns(count, 1, "u").cwiseAbs().array() * 0.1f + 0.8f;
          Eigen::VectorXf v = random_columns(count, 1, "v").cwiseAbs().array() * 0.1f + 0.7f, w(count);
          Eigen::VectorXd u2 = u.cast<double>(), v2 = v.cast<double>(), w2(count);
          network_step(depth, 0.01f, static_cast<std::size_t>(count), gradient.data(), u.data(),
                       is_signed ? v.data() : nullptr, w.data());
          reference_step(depth, 0.01f, gradient.cast<double>(), u2, is_signed ? &v2 : nullptr, w2);
          EXPECT_LE((u.cast<double>() - u2).cwiseAbs().maxCoeff(), 1e-6);
          EXPECT_LE((v.cast<double>() - v2).cwiseAbs().maxCoeff(), 1e-6);
          const double largest = u2.array().pow(depth).maxCoeff() + v2.array().pow(depth).maxCoeff();
          EXPECT_LE((w.cast<double>() - w2).cwiseAbs().maxCoeff(), 3e-7 * depth * largest);
        }
  });
}

}  // namespace
}  // namespace isr
