// The basis of pictures that are known by their measurements alone.
#pragma once

#include <optional>
#include <string>

#include "base/api.h"
#include "base/cancelled.h"
#include "sensing/problem.h"
#include "solver/plan.h"

namespace isr {

struct BasisChoice {
  std::string basis;
  Model model = Model::nonnegative;
  double held_out_error =
      1;  // ‖Xw − y‖/‖y‖ over measurements kept back, at the best time; a mean over pictures
};

// Which of the bases pixel (nonnegative, then signed), cdf97 and, up to 64 pixels a side, boxes predicts a
// twentieth of the measurements best from the others, at depth 2; the earlier one where they are near each
// other. At most four of the pictures are asked. model: only this one, where it is given. Throws as Recoverer
// does, and Error when cancelled.
ISR_API BasisChoice choose_basis(const Problem& problem, const std::optional<Model>& model = {},
                                 const Cancelled& cancelled = {});

}  // namespace isr
