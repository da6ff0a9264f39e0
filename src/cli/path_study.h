// One path of `isr compare`: from the measurements of one image to what the page shows of it.
#pragma once

#include <string>
#include <vector>

#include "image/image.h"
#include "report/comparison.h"
#include "sensing/problem.h"
#include "solver/dense_newton.h"
#include "solver/folds.h"
#include "solver/parametrization.h"
#include "solver/path_sampler.h"

namespace isr {

// The measurements of images of one shape, parted into those that the solver uses and those that judge.
struct SplitMeasurements {
  MeasurementModel model;
  Operators operators;
  Fold rows;                 // kept and held out
  OperatorPtr kept;          // the rows of the system that are kept
  PreparedMatrixPtr matrix;  // the same for the flow

  // `share` of the measurements is held out, at random (stream "hold-out" of the model's seed); 0: none.
  SplitMeasurements(const MeasurementModel& model, double share);

  // The entries of y (all measurements) at the rows kept.
  Eigen::VectorXf kept_entries(Eigen::Ref<const Eigen::VectorXf> y) const;
};

// What is the same for all paths of one image.
struct PathSubject {
  const Image& truth;
  Eigen::VectorXf coefficients;  // of the truth in the basis
  Eigen::VectorXf measurements;  // y, all of them
  double noise;                  // σ
};

struct PathRequest {
  Parametrization network;
  double step;  // C: η = C/N²
  bool flow;    // or gradient descent, `iterations` of it
  std::int64_t iterations;
  std::size_t moments;  // about so many are kept
};

// Follows the path, measures it and keeps the moments worth showing. Fills everything of ComparedPath but the
// indices `image` and `variant`. Throws Interrupted after Ctrl-C.
ComparedPath study_path(const SplitMeasurements& split, const PathSubject& subject,
                        const PathRequest& request);

}  // namespace isr
