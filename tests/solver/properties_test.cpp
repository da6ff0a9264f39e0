// Properties of every answer, on problems drawn at random, awkward ones among them.
// RC_PARAMS="max_success=10000" draws that many for each property.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <Eigen/QR>
#include <Eigen/SVD>
#include <cmath>

#include "base/error.h"
#include "baselines/active_set.h"
#include "solver/recover.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_rows = 20, most_columns = 30;

struct Drawn {
  MatrixXd x;
  VectorXd y;
  RecoverOptions options;
};

std::ostream& operator<<(std::ostream& out, const Drawn& drawn) {
  return out << drawn.x.rows() << " x " << drawn.x.cols() << ", depth " << drawn.options.depth << ", "
             << to_string(*drawn.options.model) << "\nX =\n"
             << drawn.x << "\ny = " << drawn.y.transpose();
}

int between(int least, int most) {
  return *rc::gen::inRange(least, most + 1);
}

bool one_in(int count) {
  return between(1, count) == 1;
}

// No singular value is nearly zero: what such a matrix leaves open is decided by rounding.
bool is_well_conditioned(const MatrixXd& x) {
  const VectorXd values = Eigen::JacobiSVD<MatrixXd>(x).singularValues() / x.norm();
  return (values.array() > 1e-3 || values.array() < 1e-14).all();
}

// What measurements of strangers have: columns of zeros, equal ones, few independent ones, outliers,
// rounding.
Drawn draw() {
  Drawn drawn;
  const auto seed = static_cast<std::uint32_t>(between(0, 1 << 20));
  const Eigen::Index n = between(1, most_rows), p = between(1, most_columns);
  const bool positive = one_in(2);
  drawn.x = normal_matrix(n, p, seed);
  if (one_in(4)) drawn.x = drawn.x.array().sign();
  const bool rounded = one_in(4);
  if (!rounded && one_in(4)) {
    const Eigen::Index rank = between(1, static_cast<int>(std::min(n, p)));
    drawn.x = normal_matrix(n, rank, seed) * normal_matrix(rank, p, seed + 1);
  }
  if (one_in(4)) drawn.x.col(between(0, static_cast<int>(p) - 1)).setZero();
  if (one_in(4)) drawn.x.col(between(0, static_cast<int>(p) - 1)) = drawn.x.col(0);
  RC_PRE(is_well_conditioned(drawn.x));
  const int sparsity = between(1, std::max<int>(1, static_cast<int>(std::min(n, p)) / 3));
  drawn.y = drawn.x * sparse_vector(p, sparsity, positive, seed + 2);
  if (one_in(4)) drawn.y += 0.3 * normal_vector(n, seed + 3);
  if (one_in(8)) drawn.y(between(0, static_cast<int>(n) - 1)) *= 100;
  if (one_in(16)) drawn.y.setZero();
  if (rounded) drawn.x = drawn.x.cast<float>().cast<double>();
  if (one_in(4)) drawn.y = drawn.y.cast<float>().cast<double>();
  drawn.options.depth = between(1, 10);
  drawn.options.model = positive ? Model::nonnegative : Model::signed_model;
  drawn.options.stop.rule = StopRule::limit;
  RC_LOG() << drawn;
  return drawn;
}

double size(const VectorXd& y) {
  return y.norm() > 0 ? y.norm() : 1;
}

// How far the best fit of all is away: of least squares, or of nonnegative least squares.
double least_residual(const Drawn& drawn) {
  if (*drawn.options.model == Model::signed_model || drawn.options.depth == 1) {
    const VectorXd w = drawn.x.completeOrthogonalDecomposition().solve(drawn.y);
    if (*drawn.options.model == Model::signed_model) return (drawn.x * w - drawn.y).norm() / size(drawn.y);
  }
  const VectorXd norms = drawn.x.colwise().norm();
  ActiveSetOptions options;
  options.nonnegative = true;
  ActiveSet nnls(drawn.x, norms, drawn.y, options);
  RC_ASSERT(nnls.solve(0));
  return (drawn.x * nnls.w() - drawn.y).norm() / size(drawn.y);
}

RC_GTEST_PROP(AnyProblem, HasAFiniteAnswerWhoseResidualAndStatusAreTrue, ()) {
  const Drawn drawn = draw();
  const Recovery found = recover(make_problem(drawn.x, drawn.y), drawn.options);
  RC_ASSERT(found.w.allFinite());
  if (*drawn.options.model == Model::nonnegative && drawn.options.depth > 1)
    RC_ASSERT(found.w.minCoeff() >= 0);
  const double residual = (drawn.x * found.w - drawn.y).norm() / size(drawn.y);
  RC_LOG() << describe(found) << ", residual " << found.residual << ", w = " << found.w.transpose() << "\n";
  RC_ASSERT(std::abs(residual - found.residual) <= 1e-10 + 1e-6 * residual);
  RC_ASSERT(found.status == Status::limit_reached || found.status == Status::inconsistent ||
            found.status == Status::stalled);
  if (found.status == Status::limit_reached) RC_ASSERT(residual <= 2.1e-8);
  // The limit is a fit as good as any, and says so where that is none.
  const double least = least_residual(drawn);
  if (found.status == Status::inconsistent) RC_ASSERT(residual <= least + 1e-4);
  if (found.status == Status::inconsistent) RC_ASSERT(least > 1e-9);
  RC_ASSERT(residual >= least * (1 - 1e-6) - 1e-9 || drawn.options.depth == 1);
}

RC_GTEST_PROP(AnyProblem, ScalesWithTheMeasurementsAndTheMatrix, ()) {
  const Drawn drawn = draw();
  // Powers of 2, which round nothing: columns that differ by rounding alone may share w in any way.
  const double cy = std::ldexp(1.0, between(-100, 100)), cx = std::ldexp(1.0, between(-100, 100));
  const Recovery one = recover(make_problem(drawn.x, drawn.y), drawn.options);
  const Recovery scaled = recover(make_problem(cx * drawn.x, cy * drawn.y), drawn.options);
  RC_ASSERT(scaled.status == one.status);
  RC_ASSERT((scaled.w * (cx / cy) - one.w).norm() <= 1e-9 * size(one.w.col(0)));
}

RC_GTEST_PROP(AnyProblem, KnowsNoOrderOfTheUnknowns, ()) {
  const Drawn drawn = draw();
  const Eigen::Index p = drawn.x.cols();
  const Recovery one = recover(make_problem(drawn.x, drawn.y), drawn.options);
  const Recovery reversed = recover(make_problem(drawn.x.rowwise().reverse(), drawn.y), drawn.options);
  if (one.status == Status::limit_reached)
    RC_ASSERT((reversed.w.col(0).reverse() - one.w.col(0)).norm() <= 1e-4 * size(one.w.col(0)));
  RC_ASSERT(reversed.w.rows() == p);
}

RC_GTEST_PROP(AnyProblem, IsMetByGradientDescentWithSmallStepsAtAnyTime, ()) {
  Drawn drawn = draw();
  drawn.options.depth = between(1, 4);
  drawn.options.init = 0.01;
  drawn.x = drawn.x / std::max(1e-300, drawn.x.norm());
  drawn.y = drawn.y / size(drawn.y);
  drawn.options.stop.rule = StopRule::time;
  drawn.options.stop.flow_time = 0.25 * between(1, 8);
  drawn.options.tolerance = 1e-5;
  const Problem problem = make_problem(drawn.x, drawn.y);
  const Recovery flow = recover(problem, drawn.options);
  drawn.options.solver = SolverKind::gradient_descent;
  drawn.options.iterations = 20000;
  drawn.options.step = drawn.options.stop.flow_time / 10000 * drawn.options.depth * drawn.options.depth;
  const Recovery descent = recover(problem, drawn.options);
  // Descent rounds 10,000 times to single precision.
  RC_ASSERT((flow.w - descent.w).norm() <= 2e-3 * flow.w.norm() + 3e-4);
}

RC_GTEST_PROP(AnyProblem, HoldsOutToAFiniteAnswerWithATrueResidual, ()) {
  const Drawn drawn = draw();
  RecoverOptions options = drawn.options;
  options.stop.rule = StopRule::hold_out;
  const Recovery found = recover(make_problem(drawn.x, drawn.y), options);
  RC_ASSERT(found.w.allFinite());
  const double residual = (drawn.x * found.w - drawn.y).norm() / size(drawn.y);
  RC_ASSERT(std::abs(residual - found.residual) <= 1e-10 + 1e-6 * residual);
}

}  // namespace
}  // namespace isr
