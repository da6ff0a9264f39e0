// Solving problems that are too large for matrices, or lie in a basis: by the matrix-free flow, or gradient
// descent with the same scaling.
#pragma once

#include <vector>

#include "cli/solving.h"

namespace isr {

// p, the number of coefficients, about (from above), without making the basis.
Index coefficients_of(const MeasurementModel& model);

// A problem beyond a matrix on pixels: a structured or block operator, or a basis.
bool is_solved_by_products(const MeasurementModel& model);

// Whether solve_problem hands the problem, with noise of this standard deviation (NaN: unknown), to
// solve_pictures: one of those, unless the oracle, or the flow at the time of given iterations, is asked for;
// or unless it is a matrix of at most 2^24 entries on a nonnegative dictionary whose limit is wanted, which
// the exact flow gives to more digits.
bool is_solved_as_pictures(const MeasurementModel& model, const SolverOptions& options, double noise);

// w0 when the user gives none: 0.05 in wavelets and cosines, where it is relative to the size expected of
// each coefficient; 1e-10 in pixels and boxes, where pictures are truly sparse.
double default_picture_init(const std::string& basis);

// What the user gave, or that default; but options.init for pixels and a small matrix, the paper's case.
double start_of(const MeasurementModel& model, const SolverOptions& options);

// Rounds after the first flow, for problems that solve_pictures does not take: options.rounds in nonnegative
// dictionaries, none for gradient descent and in other bases.
int rounds_of(const MeasurementModel& model, const SolverOptions& options);

// Bytes that solve_pictures takes beside the operators, for each picture.
std::size_t picture_solver_bytes(const MeasurementModel& model, Index coefficients);

// Every picture (its channels together) at every depth, one after the other, all threads on each. Gradient
// descent chooses its steps unless --step gives one; a rule that is not met by its last iteration is reported
// as "iterations". --stop auto is the limit when the measurements are known to be free of noise, the
// discrepancy principle when σ is known, and hold-out otherwise.
std::vector<SolvedMethod> solve_pictures(const Problem& problem, const SolverOptions& options,
                                         bool show_progress);

}  // namespace isr
