#include "solver/parametrization.h"

#include <sstream>

#include "base/error.h"

namespace isr {

const char* to_string(Model model) {
  return model == Model::nonnegative ? "nonnegative" : "signed";
}

Model parse_model(const std::string& name) {
  if (name == "signed") return Model::signed_model;
  if (name == "nonnegative") return Model::nonnegative;
  throw UsageError("model " + name + " is unknown; it is signed or nonnegative");
}

void Parametrization::validate() const {
  if (depth < 1 || depth > 100)
    throw UsageError("depth must lie between 1 and 100; got " + std::to_string(depth));
  if (!(init >= 1e-100 && init <= 1e100)) {
    std::ostringstream text;
    text << "init must lie between 1e-100 and 1e100; got " << init;
    throw UsageError(text.str());
  }
}

}  // namespace isr
