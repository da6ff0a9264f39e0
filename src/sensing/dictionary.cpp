#include "sensing/dictionary.h"

#include <Eigen/SparseCore>
#include <cmath>
#include <limits>

#include "sensing/local_mean.h"
#include "sensing/sparse_product.h"

namespace isr {
namespace {

using Sparse = Eigen::SparseMatrix<float>;

Sparse place_everywhere(const std::vector<Stencil>& stencils, Index height, Index width) {
  std::vector<Eigen::Triplet<float>> entries;
  for (int pixel = 0; pixel < height * width; ++pixel) entries.emplace_back(pixel, pixel, 1.0f);
  Index atom = height * width;
  for (const Stencil& stencil : stencils)
    for (Index row = 0; row + stencil.rows() <= height; ++row)
      for (Index col = 0; col + stencil.cols() <= width; ++col, ++atom)
        for (Index i = 0; i < stencil.rows(); ++i)
          for (Index j = 0; j < stencil.cols(); ++j)
            if (stencil(i, j) != 0)
              entries.emplace_back(static_cast<int>((row + i) * width + col + j), static_cast<int>(atom),
                                   stencil(i, j));
  Sparse atoms(height * width, atom);
  atoms.setFromTriplets(entries.begin(), entries.end());
  return atoms;
}

class StencilDictionary final : public Basis {
 public:
  StencilDictionary(const Sparse& atoms, Index width) : atoms_(atoms), width_(width) {}

  Index rows() const override { return atoms_.rows(); }
  Index cols() const override { return atoms_.cols(); }
  void apply(ConstColumns x, Columns y) const override { y.noalias() = atoms_ * x; }
  void adjoint(ConstColumns y, Columns x) const override { x.noalias() = atoms_.transpose() * y; }
  void analyze(ConstColumns y, Columns x) const override {
    x.setZero();
    x.topRows(y.rows()) = y;
  }
  Eigen::MatrixXd dense() const override { return Eigen::MatrixXf(atoms_).cast<double>(); }
  std::shared_ptr<SparseProduct> sparse_product() const override {
    return std::make_shared<SparseProduct>(SparseProduct{{}, atoms_.cast<double>()});
  }

  // The largest multiple of each atom that stays below the blurred picture, raised by the floor.
  Eigen::VectorXf expected_sizes_near(ConstColumns x) const override {
    const Eigen::VectorXf picture = (atoms_ * x).rowwise().norm() / std::sqrt(static_cast<float>(x.cols()));
    const float mean_square = picture.squaredNorm() / static_cast<float>(picture.size());
    if (mean_square == 0) return Eigen::VectorXf::Ones(cols());
    const Plane blurred = local_mean(Eigen::Map<const Plane>(picture.data(), rows() / width_, width_));
    const float floor = floor_share * std::sqrt(mean_square);
    Eigen::VectorXf sizes(cols());
    for (Index j = 0; j < cols(); ++j) {
      float size = std::numeric_limits<float>::infinity();
      for (Sparse::InnerIterator atom(atoms_, j); atom; ++atom)
        size = std::min(size, (blurred.data()[atom.row()] + floor) / atom.value());
      sizes[j] = size;
    }
    return sizes;
  }
  std::size_t memory_bytes() const override { return static_cast<std::size_t>(atoms_.nonZeros()) * 12; }

 private:
  static constexpr float floor_share = 0.05f;  // of the picture's root mean square

  Sparse atoms_;
  Index width_;  // of the picture
};

}  // namespace

BasisPtr make_stencil_dictionary(const std::vector<Stencil>& stencils, Index height, Index width) {
  return std::make_shared<StencilDictionary>(place_everywhere(stencils, height, width), width);
}

std::vector<Stencil> box_stencils(Index side) {
  std::vector<Stencil> stencils;
  for (Index h = 1; h <= side; ++h)
    for (Index w = h == 1 ? 2 : 1; w <= side; ++w)
      stencils.push_back(
          Stencil::Constant(h, w, static_cast<float>(1 / std::sqrt(static_cast<double>(h * w)))));
  return stencils;
}

}  // namespace isr
