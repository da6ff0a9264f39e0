#include "sensing/choose_model.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "sensing/phase_transition.h"

namespace isr {
namespace {

constexpr Index most_entries = Index{1} << 26;  // of a matrix that is chosen automatically

// In boxes pictures are recovered from fewer measurements than in pixels, at a higher cost: they are chosen
// where pixels fail, or nearly.
constexpr double enough = 1.05;

std::string choose_basis(const MeasurementModel& model, ConstColumns pixels) {
  const double nonzero =
      static_cast<double>((pixels.array() > 0).count()) / static_cast<double>(pixels.cols());
  const auto count = static_cast<double>(model.pixels());
  if (std::max(model.height, model.width) > 64) return nonzero <= 0.05 * count ? "pixel" : "cdf97";
  if (nonzero > 0.75 * count) return "cdf97";
  const double needed = measurements_needed(std::llround(nonzero), model.pixels());
  return static_cast<double>(model.measurements) >= enough * needed ? "pixel" : "boxes";
}

}  // namespace

void MeasurementChoice::validate() const {
  if (!(share > 0 && share <= 100))
    throw UsageError("measurements must be a share of the pixels above 0% and up to 10000%");
  if (measurements && *measurements < 1) throw UsageError("measurements must be at least 1");
  if (ensemble) {
    const auto& names = ensemble_names();
    if (std::find(names.begin(), names.end(), *ensemble) == names.end()) {
      std::string list;
      for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
      throw UsageError("ensemble " + *ensemble + " is unknown; it is one of " + list);
    }
  }
  if (basis) basis_info(*basis);
  if (!(positive_probability > 0 && positive_probability < 1))
    throw UsageError("positive_probability must lie between 0 and 1");
  if (patterns && (ensemble || block > 0)) throw UsageError("patterns exclude an ensemble and block");
  if (of_block && (ensemble || of_block->cols() != block * block))
    throw UsageError("patterns must be a matrix of block² columns, and exclude an ensemble");
  if (block < 0 || block > most_block_side)
    throw UsageError("block must be the side of a block in pixels, at most " +
                     std::to_string(most_block_side) + ", or 0");
}

MeasurementModel choose_model(Index height, Index width, Index channels, ConstColumns pixels,
                              const MeasurementChoice& choice) {
  choice.validate();
  MeasurementModel model;
  model.height = height;
  model.width = width;
  model.channels = channels;
  model.positive_probability = choice.positive_probability;
  model.seed = choice.seed;
  model.block = choice.block;
  const auto share = std::llround(choice.share * static_cast<double>(model.pixels()));
  model.measurements = choice.measurements.value_or(std::max<Index>(1, share));
  if (choice.block > 0) {
    const Index blocks = count_blocks(height, width, choice.block);
    model.measurements = choice.of_block ? blocks * choice.of_block->rows()
                                         : (model.measurements + blocks - 1) / blocks * blocks;
  }
  if (choice.patterns) {
    choice.patterns->validate(height, width);
    if (!choice.patterns->rows.empty()) model.measurements = static_cast<Index>(choice.patterns->rows.size());
  }
  model.basis = choice.basis ? *choice.basis : choose_basis(model, pixels);
  const Index columns = choice.block > 0 ? choice.block * choice.block : model.pixels();
  const bool large = choice.block == 0 && model.measurements > most_entries / columns;
  model.ensemble = choice.ensemble ? *choice.ensemble : large ? "hadamard" : "rademacher";
  if (choice.of_block) {
    model.ensemble = given_matrix;
    model.of_block = choice.of_block;
  }
  if (choice.patterns) {
    model.ensemble = pattern_ensemble;
    model.patterns = choice.patterns;
    if (model.patterns->readings == "pairs") model.measurements *= 2;
  }
  return model;
}

}  // namespace isr
