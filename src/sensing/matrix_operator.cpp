#include "sensing/matrix_operator.h"

#include <algorithm>

#include "sensing/sign_matrix.h"

namespace isr {
namespace {

// m·1 + h·S with S of signs: entries m − h and m + h.
class TwoValuedMatrix final : public LinearOperator {
 public:
  TwoValuedMatrix(const SignBits& bits, double low, double high)
      : signs_(bits), middle_((low + high) / 2), half_((high - low) / 2), low_(low), high_(high) {}

  Index rows() const override { return signs_.rows(); }
  Index cols() const override { return signs_.cols(); }
  void apply(ConstColumns x, Columns y) const override {
    signs_.apply(x, y);
    add_middle(x, y);
  }
  void adjoint(ConstColumns y, Columns x) const override {
    signs_.adjoint(y, x);
    add_middle(y, x);
  }
  Eigen::MatrixXd dense() const override {
    return signs_.dense().unaryExpr([&](double sign) { return sign > 0 ? high_ : low_; });
  }
  Eigen::VectorXd known_squared_norms() const override {
    // Of n entries of a column so many more are high than low.
    const Eigen::VectorXd excess = signs_.dense().colwise().sum().transpose();
    const auto n = static_cast<double>(rows());
    return ((n + excess.array()) / 2 * (high_ * high_) + (n - excess.array()) / 2 * (low_ * low_)).matrix();
  }
  std::size_t memory_bytes() const override { return signs_.memory_bytes(); }

 private:
  // to = h·to + m·(sum of from), column by column.
  void add_middle(ConstColumns from, Columns to) const {
    const auto half = static_cast<float>(half_);
    for (Index b = 0; b < from.cols(); ++b) {
      const double sum = middle_ != 0 ? from.col(b).cast<double>().sum() : 0;
      to.col(b).array() = half * to.col(b).array() + static_cast<float>(middle_ * sum);
    }
  }

  SignMatrix signs_;
  double middle_, half_, low_, high_;
};

#ifdef __EMSCRIPTEN__
// Packed signs rest on permutations of lanes, which WebAssembly emulates: there entries are far quicker.
template <class Entries>
OperatorPtr two_valued(const Entries&) {
  return nullptr;
}
#else
// Nothing where there are other than two values, or one of them is rare: the sums of all that the bits take
// would then round more than those of the few.
template <class Entries>
OperatorPtr two_valued(const Entries& entries) {
  constexpr double least_share = 0.1;
  const auto low = entries.minCoeff(), high = entries.maxCoeff();
  if (!(low < high)) return nullptr;
  SignBits bits(static_cast<std::size_t>(entries.rows()), static_cast<std::size_t>(entries.cols()));
  Index highs = 0;
  for (Index i = 0; i < entries.rows(); ++i)
    for (Index j = 0; j < entries.cols(); ++j) {
      if (entries(i, j) == low) continue;
      if (entries(i, j) != high) return nullptr;
      bits.set_positive(static_cast<std::size_t>(i), static_cast<std::size_t>(j));
      ++highs;
    }
  const double share = static_cast<double>(highs) / static_cast<double>(entries.size());
  if (std::min(share, 1 - share) < least_share) return nullptr;
  return std::make_shared<TwoValuedMatrix>(bits, static_cast<double>(low), static_cast<double>(high));
}
#endif

template <class Entries>
OperatorPtr make(Entries entries) {
  if (entries.size() > 0)
    if (OperatorPtr bits = two_valued(entries)) return bits;
  return std::make_shared<DenseMatrix>(std::move(entries));
}

}  // namespace

OperatorPtr make_matrix(Eigen::MatrixXd entries) {
  return make(std::move(entries));
}

OperatorPtr make_matrix(DenseMatrix::RowMajor entries) {
  return make(std::move(entries));
}

}  // namespace isr
