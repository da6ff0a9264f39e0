// The figures of a sweep.
#pragma once

#include <optional>
#include <vector>

#include "report/chart.h"
#include "sweep/outcomes.h"

namespace isr {

// The success rate over δ = n/p (across) and ρ = k/n (up), a panel for each method and setting: a heat map;
// the line of one half, fitted column by column (see fit_logistic), with its 95 % band; and the threshold of
// ℓ1 minimisation for Gaussian matrices (see measurements_needed), that of nonnegative vectors where the
// method keeps them so. `sparsities`: the rows; empty: 20 of them. Throws Error when there are more than 40
// panels.
Chart phase_chart(const std::vector<Outcome>& outcomes, const std::vector<double>& sparsities,
                  double success);

// The success rate against n/p, a line a method with Wilson's 95 % interval, a panel a setting.
Chart success_chart(const std::vector<Outcome>& outcomes, double success);

// The median width of the early-stopping window over depth and start: a heat map, where both were varied;
// else lines with quartiles. Nothing where no windows were recorded, or neither was varied.
std::optional<Chart> sweep_window_chart(const std::vector<WindowOutcome>& windows);

// ρ of the threshold at δ in (0, 1): ‖w‖₁ (or Σw over w ≥ 0) recovers sparser vectors, and no others.
double threshold_sparsity(double share, bool nonnegative);

// Draws them all into the folder, as phase, success and window. Returns these names. `formats` as of
// write_chart.
std::vector<std::string> draw_sweep(Database& database, double success, const std::string& where,
                                    const std::string& folder);

}  // namespace isr
