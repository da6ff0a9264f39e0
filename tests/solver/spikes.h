// A small problem with a sparse solution, and options short to write, for the tests of recover.
#pragma once

#include <Eigen/Core>

#include "sensing/ensembles.h"
#include "solver/recover.h"

namespace isr {

inline constexpr Model models[] = {Model::signed_model, Model::nonnegative};
inline constexpr SolverKind solvers[] = {SolverKind::gradient_flow, SolverKind::gradient_descent};

// Nonnegative, from a start of its own unit.
inline RecoverOptions options_of(int depth, const char* stop, Model model = Model::nonnegative,
                                 double init = 1e-3) {
  RecoverOptions options;
  options.depth = depth;
  options.model = model;
  options.init = init;
  options.stop = parse_stop(stop);
  return options;
}

// 60 measurements of 120 values, 4 of them not 0, by a matrix of which one sign prevails: no other
// nonnegative w fits.
struct Spikes {
  OperatorPtr op = make_ensemble(Ensemble::biased_sign, 60, 120, 5);
  Eigen::MatrixXd x = op->dense();
  Eigen::VectorXd truth = Eigen::VectorXd::Zero(120);
  Eigen::VectorXd y;
  explicit Spikes(double sigma = 0) {
    truth[3] = 1, truth[40] = 0.5, truth[80] = 2, truth[110] = 1.5;
    y = add_noise(x * truth, sigma, 1);
  }
  // By the matrix.
  Recovery solve(const RecoverOptions& options) const {
    RecoverWatch watch;
    watch.error = [&](Index, const Eigen::MatrixXd& w) { return (w - truth).squaredNorm(); };
    return recover(make_problem(x, y), options, watch);
  }
};

}  // namespace isr
