// Measurements parted into those that a solver uses and those that judge it.
#pragma once

#include <Eigen/Core>
#include <memory>

#include "sensing/folds.h"
#include "sensing/problem.h"
#include "solver/newton_factory.h"

namespace isr {

class SplitMeasurements {
 public:
  // One part in `folds` of the measurements is held out, at random (stream "hold-out" of the model's seed);
  // none when folds is 0 or there are fewer measurements.
  SplitMeasurements(const MeasurementModel& model, int folds);

  const MeasurementModel& model() const { return model_; }
  const Operators& operators() const { return operators_; }  // of all measurements
  const Fold& rows() const { return rows_; }

  // The same for the rows kept.
  const LinearOperator& kept_sensing() const { return kept_sensing_ ? *kept_sensing_ : *operators_.sensing; }
  const LinearOperator& kept_system() const { return kept_system_ ? *kept_system_ : *operators_.system; }
  Eigen::VectorXf kept_entries(Eigen::Ref<const Eigen::VectorXf> y) const;

  // Makes the flow's Newton systems on the rows kept. Call once, before newton().
  void prepare_newton();
  const NewtonFactory& newton() const { return *newton_; }

 private:
  MeasurementModel model_;
  Operators operators_;
  Fold rows_;
  OperatorPtr kept_sensing_, kept_system_;  // null: all rows
  std::unique_ptr<NewtonFactory> newton_;
};

}  // namespace isr
