#include "cli/split_measurements.h"

#include <numeric>

#include "sensing/row_subset.h"

namespace isr {

SplitMeasurements::SplitMeasurements(const MeasurementModel& model, int folds)
    : model_(model), operators_(make_operators(model)) {
  const Index n = operators_.system->rows();
  if (folds == 0 || n < folds) {
    rows_.kept.resize(static_cast<std::size_t>(n));
    std::iota(rows_.kept.begin(), rows_.kept.end(), Index{0});
    return;
  }
  rows_ = make_folds(n, folds, model.seed)[0];
  kept_sensing_ = std::make_shared<RowSubset>(*operators_.sensing, rows_.kept);
  kept_system_ = std::make_shared<RowSubset>(*operators_.system, rows_.kept);
}

Eigen::VectorXf SplitMeasurements::kept_entries(Eigen::Ref<const Eigen::VectorXf> y) const {
  Eigen::VectorXf entries(static_cast<Index>(rows_.kept.size()));
  for (std::size_t i = 0; i < rows_.kept.size(); ++i) entries[static_cast<Index>(i)] = y[rows_.kept[i]];
  return entries;
}

void SplitMeasurements::prepare_newton() {
  const NewtonFactory all(*operators_.system);
  newton_ = std::make_unique<NewtonFactory>(all.rows(rows_.kept));
}

}  // namespace isr
