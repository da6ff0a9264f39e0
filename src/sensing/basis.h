// The bases and dictionaries in which a picture may be sparse, by name.
#pragma once

#include <string>
#include <vector>

#include "base/api.h"
#include "sensing/linear_operator.h"

namespace isr {

// W : coefficients → pixels (synthesis); the adjoint maps pixels to inner products with the atoms.
class ISR_API Basis : public LinearOperator {
 public:
  // Coefficients that give the pixels back: W analyze(y) = y. For an invertible W, its inverse.
  // y: rows() × B, x: cols() × B.
  virtual void analyze(ConstColumns y, Columns x) const = 0;

  // ‖W_j‖², the squared lengths of the atoms, about: for preconditioners. p values; the default is all 1.
  virtual Eigen::VectorXf squared_norms() const { return Eigen::VectorXf::Ones(cols()); }

  // The sizes of the coefficients to expect of a picture of which nothing is known, relative to each other. p
  // values; the default is all 1.
  virtual Eigen::VectorXf expected_sizes() const { return Eigen::VectorXf::Ones(cols()); }

  // The sizes to expect of the coefficients of a picture (all its channels) when a first estimate x is known,
  // p × B: large where the neighbours of a coefficient are. p values in the unit of x, positive. An empty
  // vector, the default, when the basis has no such structure.
  virtual Eigen::VectorXf expected_sizes_near(ConstColumns x) const;
};

using BasisPtr = std::shared_ptr<const Basis>;

// A basis or frame with W Wᵀ = I, whose adjoint gives the pixels back.
class ISR_API TightFrame : public Basis {
 public:
  double tight_frame_constant() const override { return 1; }
  void analyze(ConstColumns y, Columns x) const override { adjoint(y, x); }
};

// What `isr` knows of a basis before it is made.
struct BasisInfo {
  std::string name;     // as on the command line
  std::string summary;  // one line for --help
  bool square;       // as many coefficients as pixels, W invertible; otherwise W has more atoms than pixels
  bool nonnegative;  // pictures are sums of atoms with coefficients >= 0; otherwise of either sign
};

// All of them: pixel, haar, db4, cdf97, dct, haar-ti, db4-ti, boxes.
ISR_API const std::vector<BasisInfo>& bases();

// Their names, comma-separated.
ISR_API std::string basis_names();

// The entry for `name`. Throws UsageError, listing the names, when there is none.
ISR_API const BasisInfo& basis_info(const std::string& name);

// The basis for a height × width picture whose pixels come row by row. Every name works at every size, 1 × 1
// included. The basis "pixel" is the identity. Throws UsageError for an unknown name, or a size below 1.
ISR_API BasisPtr make_basis(const std::string& name, Index height, Index width);

}  // namespace isr
