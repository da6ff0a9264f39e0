#include "sensing/problem.h"

#include "base/error.h"

namespace isr {

Eigen::MatrixXf Operators::pixels(ConstColumns w) const {
  if (!synthesis) return w;
  Eigen::MatrixXf image(synthesis->rows(), w.cols());
  synthesis->apply(w, image);
  return image;
}

Operators make_operators(const MeasurementModel& model) {
  Operators operators;
  operators.sensing = make_ensemble(parse_ensemble(model.ensemble), model.measurements, model.pixels(), model.seed,
                                    model.positive_probability);
  if (model.basis != "pixel") throw UsageError("--basis " + model.basis + " is unknown; it is one of pixel");
  operators.system = operators.sensing;
  return operators;
}

Problem simulate(const MeasurementModel& model, ConstColumns pixels, double noise) {
  Problem problem{model, make_operators(model), Eigen::MatrixXf(model.measurements, pixels.cols()), noise};
  problem.operators.sensing->apply(pixels, problem.measurements);
  problem.measurements = add_noise(problem.measurements, noise, model.seed);
  return problem;
}

}  // namespace isr
