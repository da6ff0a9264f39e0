// Solving problems that are too large for matrices, or lie in a basis: by the matrix-free flow.
#pragma once

#include <vector>

#include "cli/solving.h"

namespace isr {

// Whether solve_problem hands the problem to solve_pictures: a structured or block operator, or a basis;
// unless gradient descent, or a stopping rule of its own (iterations, oracle), is asked for.
bool is_solved_by_products(const MeasurementModel& model, const SolverOptions& options);

// w0 for such a problem when the user gives none: 1e-7 in the pixel basis (exact recovery of sparse
// pictures), 1e-5 in dictionaries, and 0.05 in wavelets, where it is relative to the size expected of each
// coefficient.
double default_picture_init(const std::string& basis);

// Bytes that solve_pictures takes beside the operators, for each picture.
std::size_t picture_solver_bytes(const MeasurementModel& model, Index coefficients);

// Every picture (its channels together) at every depth, one after the other, all threads on each. --stop auto
// is the limit when the measurements are known to be free of noise, the discrepancy principle when σ is
// known, and hold-out otherwise.
std::vector<SolvedMethod> solve_pictures(const Problem& problem, const SolverOptions& options,
                                         bool show_progress);

}  // namespace isr
