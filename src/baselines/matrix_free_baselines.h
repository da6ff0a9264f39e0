// Baselines for operators too large to be stored as a matrix: through products alone, in single precision.
#pragma once

#include "baselines/baselines.h"

namespace isr {

// As Baselines::run for least_squares, ridge and lasso; throws Error for nnls and omp, which need the matrix.
// Ridge and lasso choose λ by one fold, the same for all columns; their path ends early when three values of
// λ have been no better than the best in every column.
std::vector<BaselineResult> run_matrix_free(Baseline kind, const LinearOperator& op, const Eigen::MatrixXf& y,
                                            const BaselineOptions& options, const Cancelled& cancelled);

}  // namespace isr
