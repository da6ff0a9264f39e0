// The units in which the network runs where the user gave no start: X with columns of length √n, w of size 1.
#pragma once

#include "sensing/problem.h"
#include "solver/plan.h"
#include "solver/scaling.h"

namespace isr {

// κ, the scales of columns of very unequal length (depth 2 and more), and ‖κX_j‖²; w keeps the user's unit.
// Nothing is scaled unless plan.relative_start. For plans without expected sizes.
Scaling operator_units(const Operators& operators, const Plan& plan);

// μ: the size of the largest entry of the multiple of Xᵀy that fits y best, in units κ; 1 when there is none.
double size_of_solution(const LinearOperator& system, const Scaling& units,
                        const Eigen::Ref<const Eigen::MatrixXd>& y);

// The uniform picture, of one value a channel, that fits y best: zero where X takes it to nothing but
// rounding.
struct UniformFit {
  Eigen::VectorXd level;     // X·1
  Eigen::RowVectorXd means;  // the values
};
UniformFit fit_uniform(const LinearOperator& sensing, const Eigen::Ref<const Eigen::MatrixXd>& y);

// For coefficients of a basis, before anything is known of this picture but its measurements (n × channels):
// s_j a small share of the sizes that the basis expects, times the picture's root mean square.
Scaling sized_units(const Operators& operators, const Eigen::Ref<const Eigen::MatrixXd>& y);

// The largest ‖Xw − y‖/‖y‖ of a column.
double relative_residual(const LinearOperator& system, const Scaling& units, const Eigen::MatrixXd& w,
                         const Eigen::Ref<const Eigen::MatrixXd>& y);

}  // namespace isr
