// What a sweep found, counted: successes among the solves that differ in picture and seed alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sweep/database.h"

namespace isr {

// A recovery is a success when its relative error ‖w − w*‖/‖w*‖ is below this.
inline constexpr double default_success = 1e-3;

// Solves by one method of problems with the same n, p and k.
struct Outcome {
  std::string method;  // "N = 2", "NNLS", …
  int depth = 0;       // of the network; 0: a known method
  std::string
      setting;  // what else was varied, but for measurements and seed: "w₀ = 10⁻⁶, σ = 0.01"; or empty
  std::string model;  // of the network: "signed" or "nonnegative"
  double n = 0, p = 0, k = 0;
  double trials = 0, successes = 0;

  double share = 0;  // δ = n/p: as asked for, where it was a percentage; n is rounded

  double sparsity() const { return k / n; }  // ρ
};

// `where` is a condition in SQL on the columns of the view results; empty: all. Those of the network come
// first, by depth. Throws Error when the condition cannot be understood, or no solve meets it.
std::vector<Outcome> read_outcomes(Database& database, double success = default_success,
                                   const std::string& where = {});

// The window of a path, in decades of time, and where it was found.
struct WindowOutcome {
  int depth = 1;
  double init = 0;      // w0
  std::string setting;  // what else was varied, but for the seed
  double decades = 0;   // log10(end/begin), a path that stays good counted to τ = 10¹²; 0: never good
};
std::vector<WindowOutcome> read_windows(Database& database, const std::string& where = {});

// Success rates, methods down, n/p across: for a terminal.
std::string success_table(const std::vector<Outcome>& outcomes, double success);
nlohmann::ordered_json success_json(const std::vector<Outcome>& outcomes, double success);

// The view results as CSV, or JSON (an array of objects), by id; nothing but what is the same for any number
// of ranks, threads and shards. With `timings` also seconds, run and host.
enum class ExportFormat { csv, json };
void export_results(Database& database, ExportFormat format, const std::string& where, bool timings,
                    std::ostream& out);

}  // namespace isr
