// isr: recovery of sparse vectors and pictures from linear measurements by implicit sparse regularization.
// A first program, for a CMake project with find_package(isr) and target_link_libraries(first isr::isr):
//
//     #include <iostream>
//     #include <isr/isr.h>
//
//     int main() {
//       const Eigen::MatrixXd X = Eigen::MatrixXd::Random(60, 120);  // 60 measurements of 120 unknowns
//       Eigen::VectorXd truth = Eigen::VectorXd::Zero(120);
//       truth[7] = 1, truth[70] = -2;
//       const isr::Problem problem = isr::make_problem(X, X * truth, 0);  // no noise
//       const isr::Recovery found = isr::recover(problem, {.depth = 3});
//       std::cout << "stopped by " << isr::describe(found) << ", residual " << found.residual << "\n"
//                 << "error " << (found.w.col(0) - truth).norm() / truth.norm() << "\n";
//     }
//
// Everything that it offers is documented in the headers below.
#pragma once

#include "base/error.h"               // what is thrown
#include "base/parallel.h"            // the number of threads
#include "baselines/baselines.h"      // least squares, ridge, NNLS, lasso, OMP
#include "sensing/choose_model.h"     // how a picture is to be measured
#include "sensing/linear_operator.h"  // operators of your own
#include "sensing/problem.h"          // problems, simulated or your own
#include "solver/recover.h"           // recover(), and paths to look at
