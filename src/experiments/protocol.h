// The paper's synthetic experiments as data: what is measured, what is run, for how long.
// Source: Li, Nguyen, Hegde, Wong, NeurIPS 2021, Section 5, and the authors' public code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sensing/linear_operator.h"

namespace isr {

enum class Figure {
  convergence,                 // coordinates: deeper networks converge later, then faster
  initialization,              // coordinates: a large start, which depth forgives
  early_stopping_coordinates,  // coordinates: the early-stopping window
  early_stopping_error,        // error over replicates: the early-stopping window
  incremental,                 // coordinates: large coordinates are learned first
  kernel                       // error over replicates: the start so large that descent acts like ridge
};

// "convergence", "initialization", "early-stopping-coordinates", "early-stopping-error", "incremental",
// "kernel": names of files, too.
const char* to_string(Figure figure);

// One panel: a depth and how it is run.
struct DepthRun {
  int depth = 2;                // N
  double init = 1e-3;           // w0, the starting value of u^N
  double step = 1e-2;           // η itself, not C of η = C/N²
  std::int64_t iterations = 1;  // gradient descent steps; the flow ends at τ = η · iterations
};

// y = X w* + ξ with X ±1 of probability ½, and the signed model w = u^N − v^N.
struct ExperimentOptions {
  Figure figure = Figure::convergence;
  Index n = 500;               // measurements
  Index p = 3000;              // unknowns
  std::vector<double> signal;  // w* on the first coordinates, 0 on the others; empty: all p from N(0, 1)
  double noise = 0.5;          // σ of ξ ~ N(0, σ²)
  std::uint32_t seed = 42;     // of X and ξ; of the first replicate
  int replicates = 1;          // problems with seeds seed, seed + 1000, …; 1 for figures of coordinates
  std::vector<DepthRun> runs;

  // True for figures of the error over replicates, false for figures of single coordinates.
  bool replicated() const { return figure == Figure::early_stopping_error || figure == Figure::kernel; }

  // Throws UsageError, naming the argument, when a value is out of range.
  void validate() const;
};

// The paper's settings.
ExperimentOptions paper_protocol(Figure figure);

// The run of this depth as the paper has it, or for a depth that it has not, the same rule (η = C/N² or
// constant; w0 constant or a constant^N) with 0 iterations, to be filled in.
DepthRun protocol_run(Figure figure, int depth);

}  // namespace isr
