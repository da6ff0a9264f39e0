#include "solver/mirror_map.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <vector>

#include "solver/flow_problems.h"
#include "solver/implicit_stage.h"

namespace isr {
namespace {

using Eigen::VectorXd;

std::vector<Parametrization> networks() {
  std::vector<Parametrization> all;
  for (const int depth : {1, 2, 3, 4, 5, 10})
    for (const Model model : {Model::signed_model, Model::nonnegative})
      for (const double init : {1e-3, 0.5}) all.push_back({depth, model, init});
  return all;
}

std::string name_of(const Parametrization& network) {
  return "depth " + std::to_string(network.depth) + ", " + to_string(network.model) + ", init " +
         std::to_string(network.init);
}

// z with every κz in [−0.9, 0.9]: inside every domain.
VectorXd some_z(const MirrorMap& map) {
  const VectorXd z = gaussian(7, 1, 3).col(0);
  return z / z.cwiseAbs().maxCoeff() * 0.9 / map.rate();
}

TEST(MirrorMap, StartsAtTheNetworksStart) {
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    MirrorValues values;
    map.evaluate(map.start(3), values);
    const double expected = network.model == Model::signed_model ? 0 : network.init;
    EXPECT_NEAR(values.w[1], expected, 1e-15) << name_of(network);
  }
}

TEST(MirrorMap, GivesTheGradientOfThePotential) {
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    const VectorXd z = some_z(map);
    VectorXd w;
    map.weights(map.point(z), w);
    const double h = 1e-5 / map.rate();
    for (Eigen::Index j = 0; j < z.size(); ++j) {
      VectorXd up = z, down = z;
      up[j] += h, down[j] -= h;
      const double difference = (map.potential(map.point(up)) - map.potential(map.point(down))) / (2 * h);
      EXPECT_NEAR(difference, w[j], 1e-5 * w.norm()) << name_of(network);
    }
  }
}

TEST(MirrorMap, GivesTheDerivativeOfW) {
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    const VectorXd z = some_z(map);
    MirrorValues values;
    map.evaluate(map.point(z), values);
    const double h = 1e-6 / map.rate();
    VectorXd up, down;
    map.weights(map.point((z.array() + h).matrix()), up);
    map.weights(map.point((z.array() - h).matrix()), down);
    EXPECT_LT(relative_difference((up - down) / (2 * h), values.slope), 1e-6) << name_of(network);
  }
}

TEST(MirrorMap, FollowsTheWeightsAlongTheirFlow) {
  // dz/dτ = 1 is du/dτ = N u^(N−1), dv/dτ = −N v^(N−1): integrated here by small Runge–Kutta steps.
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    const double z = 0.7 / map.rate();
    double u = network.start(), v = u;
    constexpr int steps = 1000;
    const auto flow = [&](double x, double sign) {
      const auto f = [&](double at) { return sign * network.depth * std::pow(at, network.depth - 1); };
      const double h = z / steps, k1 = f(x), k2 = f(x + h / 2 * k1), k3 = f(x + h / 2 * k2),
                   k4 = f(x + h * k3);
      return x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    };
    for (int i = 0; i < steps; ++i) u = flow(u, 1), v = flow(v, -1);
    double expected = std::pow(u, network.depth);
    if (network.model == Model::signed_model) expected -= std::pow(v, network.depth);
    VectorXd w;
    map.weights(map.point(VectorXd::Constant(1, z)), w);
    EXPECT_NEAR(w[0], expected, 1e-8 * std::abs(expected)) << name_of(network);
  }
}

TEST(MirrorMap, KnowsHowFarItsDomainReaches) {
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    const VectorXd direction = VectorXd::Ones(2);
    const double limit = map.largest_step(map.start(2), direction);
    if (network.depth <= 2) {
      EXPECT_TRUE(std::isinf(limit));
      continue;
    }
    EXPECT_TRUE(map.inside(map.point(0.999 * limit * direction)));
    EXPECT_FALSE(map.inside(map.point(1.001 * limit * direction)));
  }
}

TEST(MirrorMap, KeepsItsDigitsNearTheBarrierWhenMovedByIncrements) {
  // w0 = 1e-12 at depth 10: w = 1 lies at q = 2.5e-10, of which 1 − κz keeps six digits only.
  const MirrorMap map({10, Model::nonnegative, 1e-12});
  const double q = std::pow(1e-12, 0.8);
  MirrorMap::Point point = map.start(1);
  VectorXd w;
  for (double at = 1; at > q;) {
    const double next = std::max(q, at / 2);
    map.move(point, VectorXd::Constant(1, 1 / map.rate()), at - next, point);
    at = next;
  }
  map.weights(point, w);
  EXPECT_NEAR(w[0], 1, 1e-10);
  map.weights(map.point(VectorXd::Constant(1, (1 - q) / map.rate())), w);
  EXPECT_GT(std::abs(w[0] - 1), 1e-8);
}

// Of the weights that are large enough after a step, which the map itself says.
TEST(MirrorMap, KnowsTheFastestGrowthOfWhatIsNotSmall) {
  for (const Parametrization& network : networks()) {
    if (network.depth == 1 || network.model == Model::signed_model) continue;
    const MirrorMap map(network);
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
      const double size = (network.depth == 2 ? 1 : 0.2) / map.rate();
      const MirrorMap::Point from = map.point(size * gaussian(20, 1, 2 * seed).col(0));
      const VectorXd dz = size * gaussian(20, 1, 2 * seed + 1).col(0);
      MirrorMap::Point to;
      map.move(from, dz, 1, to);
      if (!map.inside(from) || !map.inside(to)) continue;
      MirrorValues before, after;
      map.evaluate(from, before);
      map.evaluate(to, after);
      const VectorXd change =
          network.depth == 2 ? VectorXd(map.rate() * dz) : VectorXd(map.rate() * dz.cwiseQuotient(from.plus));
      for (const double share : {0.5, 0.8, 0.95, 1.1}) {
        const double floor = share * before.magnitude.maxCoeff();
        double expected = 0;
        for (Eigen::Index j = 0; j < 20; ++j)
          if (after.magnitude[j] >= floor) expected = std::max(expected, change[j]);
        EXPECT_DOUBLE_EQ(map.growth(from, before, dz, share), expected) << name_of(network) << ", " << seed;
      }
    }
  }
}

TEST(FlowProblem, HasTheResidualAsGradientAndTheStageMatrixAsHessian) {
  const Eigen::MatrixXd x = gaussian(4, 7, 1);
  const VectorXd y = gaussian(4, 1, 2).col(0);
  const auto system = make_dense_newton(std::make_shared<PreparedMatrix>(x));
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    const FlowProblem problem(map, *system, y);
    const double size = 0.05 / map.rate();
    const auto at = [&](const VectorXd& lambda) {
      FlowState state = problem.start();
      problem.advance(state, lambda, x.transpose() * lambda, 1);
      return state;
    };
    const VectorXd lambda = size * gaussian(4, 1, 5).col(0);
    const FlowState state = at(lambda);
    const Eigen::MatrixXd hessian = x * state.values.slope.asDiagonal() * x.transpose();
    const double h = 1e-4 * size;
    for (Eigen::Index i = 0; i < 4; ++i) {
      const VectorXd shift = h * VectorXd::Unit(4, i);
      const FlowState up = at(lambda + shift), down = at(lambda - shift);
      EXPECT_NEAR((problem.potential(up) - problem.potential(down)) / (2 * h), state.residual[i],
                  1e-5 * state.residual.norm())
          << name_of(network);
      EXPECT_LT(((up.residual - down.residual) / (2 * h) - hessian.col(i)).norm(), 1e-5 * hessian.norm())
          << name_of(network);
    }
  }
}

// Newton systems whose steps are a fifth too short, and that say so.
class ShortNewton final : public NewtonSystem {
 public:
  explicit ShortNewton(const Eigen::MatrixXd& x) : x_(x), norms_(x.colwise().squaredNorm()) {}
  Eigen::Index rows() const override { return x_.rows(); }
  Eigen::Index cols() const override { return x_.cols(); }
  void apply(const VectorXd& w, VectorXd& y) const override { y = x_ * w; }
  void adjoint(const VectorXd& lambda, VectorXd& z) const override { z = x_.transpose() * lambda; }
  const VectorXd& squared_column_norms() const override { return norms_; }
  void factor(const VectorXd& slope, double s) override {
    m_ = Eigen::MatrixXd::Identity(rows(), rows()) + s * x_ * slope.asDiagonal() * x_.transpose();
  }
  void solve(const NewtonRightSide& right, double, VectorXd& d, VectorXd& dz) override {
    d = -0.8 * m_.llt().solve(right.pull + right.s * right.residual);
    adjoint(d, dz);
  }
  double inexactness() const override { return 0.25; }
  double accuracy() const override { return 1e-16; }
  double factor_cost() const override { return 10; }

 private:
  const Eigen::MatrixXd x_;
  const VectorXd norms_;
  Eigen::MatrixXd m_;
};

TEST(ImplicitStage, GoesOnUntilAMatrixThatIsOffLeavesAboutTheToleranceAtMost) {
  constexpr double tolerance = 1e-6;
  const Eigen::MatrixXd x = gaussian(4, 7, 1);
  const VectorXd y = gaussian(4, 1, 2).col(0);
  ShortNewton system(x);
  const MirrorMap map({2, Model::signed_model, 1e-3});
  const FlowProblem problem(map, system, y);
  const DualVector none{VectorXd::Zero(4), VectorXd::Zero(7)};
  for (double s = 1e-8; s < 1; s *= 3) {
    ImplicitStage stage(problem, system);
    FlowState state = problem.start();
    DualVector pull = none;
    ASSERT_TRUE(stage.solve(state, pull, s, none, tolerance));
    system.factor(state.values.slope, s);
    VectorXd d, dz;
    system.solve({pull.lambda, pull.z, state.residual, s}, 0, d, dz);
    EXPECT_LE(problem.change(state.values, dz / 0.8), 1.26 * tolerance)
        << s;  // a step of 0.8 leaves 0.25 of itself, not 0.2
  }
}

TEST(LineSearch, FindsTheMinimumInsideTheDomain) {
  for (const Parametrization& network : networks()) {
    const MirrorMap map(network);
    // φ'(a) = −1 + s·Σ(w(a) − w(0)) dz along a direction a million times too long.
    const VectorXd dz = VectorXd::Constant(3, 1e6 / map.rate());
    const MirrorMap::Point start = map.start(3);
    VectorXd w, after;
    map.weights(start, w);
    const double s = 1e-6 * map.rate() / network.init;
    LineSearchSpace space;
    const double step = line_search(map, start, w, dz, s, -1, 0, space);
    ASSERT_GT(step, 0) << name_of(network);
    ASSERT_LT(step, 1e-2) << name_of(network);
    MirrorMap::Point end;
    map.move(start, dz, step, end);
    EXPECT_TRUE(map.inside(end));
    map.weights(end, after);
    EXPECT_LE(std::abs(-1 + s * (after - w).dot(dz)), 0.1 + 1e-12) << name_of(network);
  }
}

}  // namespace
}  // namespace isr
