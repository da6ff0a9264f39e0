#include "sensing/basis.h"

#include <algorithm>

#include "base/error.h"
#include "sensing/dct.h"
#include "sensing/dictionary.h"
#include "sensing/wavelet_basis.h"

namespace isr {
namespace {

class DctBasis final : public TightFrame {
 public:
  DctBasis(Index height, Index width) : dct_(height, width) {}

  Index rows() const override { return dct_.rows() * dct_.cols(); }
  Index cols() const override { return rows(); }
  std::size_t memory_bytes() const override { return dct_.memory_bytes(); }
  void apply(ConstColumns x, Columns y) const override {
    for (Index b = 0; b < x.cols(); ++b) dct_.backward(x.col(b).data(), y.col(b).data());
  }
  void adjoint(ConstColumns y, Columns x) const override {
    for (Index b = 0; b < y.cols(); ++b) dct_.forward(y.col(b).data(), x.col(b).data());
  }

 private:
  SeparableDct dct_;
};

class PixelBasis final : public TightFrame {
 public:
  explicit PixelBasis(Index size) : size_(size) {}
  Index rows() const override { return size_; }
  Index cols() const override { return size_; }
  void apply(ConstColumns x, Columns y) const override { y = x; }
  void adjoint(ConstColumns y, Columns x) const override { x = y; }
  std::size_t memory_bytes() const override { return 0; }

 private:
  Index size_;
};

constexpr Index largest_box = 4;
constexpr int undecimated_levels = 4;

}  // namespace

Eigen::VectorXf Basis::expected_sizes_near(ConstColumns) const {
  return {};
}

const std::vector<BasisInfo>& bases() {
  static const std::vector<BasisInfo> all{
      {"pixel", "the pixels themselves: for digits, stars, anything mostly black", true, true},
      {"haar", "orthonormal Haar wavelets", true, false},
      {"db4", "orthonormal Daubechies wavelets with 4 vanishing moments", true, false},
      {"cdf97", "biorthogonal 9/7 wavelets, those of JPEG 2000: for photographs", true, false},
      {"dct", "two-dimensional cosines", true, false},
      {"haar-ti", "Haar wavelets at every shift (translation-invariant)", false, false},
      {"db4-ti", "Daubechies wavelets at every shift", false, false},
      {"boxes", "all boxes of 1 x 1 to 4 x 4 pixels: for digits and drawings", false, true},
  };
  return all;
}

std::string basis_names() {
  std::string names;
  for (const BasisInfo& info : bases()) names += (names.empty() ? "" : ", ") + info.name;
  return names;
}

const BasisInfo& basis_info(const std::string& name) {
  for (const BasisInfo& info : bases())
    if (info.name == name) return info;
  throw UsageError("basis must be one of " + basis_names() + "; got '" + name + "'");
}

BasisPtr make_basis(const std::string& name, Index height, Index width) {
  if (height < 1 || width < 1)
    throw UsageError("a picture must have at least one row and one column of pixels");
  basis_info(name);
  if (name == "pixel") return std::make_shared<PixelBasis>(height * width);
  if (name == "dct") return std::make_shared<DctBasis>(height, width);
  if (name == "boxes") return make_stencil_dictionary(box_stencils(largest_box), height, width);
  const int levels = default_wavelet_levels(height, width);
  if (name.ends_with("-ti"))
    return make_undecimated_wavelets(name.substr(0, name.size() - 3), height, width,
                                     std::min(levels, undecimated_levels));
  return make_wavelet_basis(name, height, width, levels);
}

}  // namespace isr
