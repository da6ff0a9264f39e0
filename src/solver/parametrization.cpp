#include "solver/parametrization.h"

#include "base/error.h"

namespace isr {

const char* to_string(Model model) {
  return model == Model::nonnegative ? "nonnegative" : "signed";
}

void Parametrization::validate() const {
  if (depth < 1) throw UsageError("depth must be at least 1; got " + std::to_string(depth));
  if (!(init > 0) || !std::isfinite(init))
    throw UsageError("init must be a positive number; got " + std::to_string(init));
}

}  // namespace isr
