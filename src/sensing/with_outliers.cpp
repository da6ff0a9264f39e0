#include "sensing/with_outliers.h"

#include <algorithm>
#include <vector>

namespace isr {
namespace {

class WithOutliers final : public Basis {
 public:
  WithOutliers(BasisPtr picture, Index count) : picture_(std::move(picture)), count_(count) {}

  Index rows() const override { return picture_->rows() + count_; }
  Index cols() const override { return picture_->cols() + count_; }
  std::size_t memory_bytes() const override { return picture_->memory_bytes(); }

  void apply(ConstColumns x, Columns y) const override {
    picture_->apply(x.topRows(picture_->cols()), y.topRows(picture_->rows()));
    y.bottomRows(count_) = x.bottomRows(count_);
  }
  void adjoint(ConstColumns y, Columns x) const override {
    picture_->adjoint(y.topRows(picture_->rows()), x.topRows(picture_->cols()));
    x.bottomRows(count_) = y.bottomRows(count_);
  }
  void analyze(ConstColumns y, Columns x) const override {
    picture_->analyze(y.topRows(picture_->rows()), x.topRows(picture_->cols()));
    x.bottomRows(count_) = y.bottomRows(count_);
  }

  Eigen::VectorXf squared_norms() const override { return with(picture_->squared_norms(), 1); }

  Eigen::VectorXf expected_sizes() const override { return with(picture_->expected_sizes(), first_size); }

  // An outlier is expected to be as large as a detail of middling size.
  Eigen::VectorXf expected_sizes_near(ConstColumns x) const override {
    Eigen::VectorXf sizes = picture_->expected_sizes_near(x.topRows(picture_->cols()));
    if (sizes.size() == 0) return sizes;
    std::vector<float> sorted(sizes.begin(), sizes.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return with(sizes, later_size * *middle);
  }

 private:
  static constexpr float first_size = 1, later_size = 1;

  Eigen::VectorXf with(const Eigen::VectorXf& sizes, float size) const {
    Eigen::VectorXf all(cols());
    all << sizes, Eigen::VectorXf::Constant(count_, size);
    return all;
  }

  BasisPtr picture_;
  Index count_;
};

}  // namespace

BasisPtr with_outliers(BasisPtr picture, Index count) {
  return std::make_shared<WithOutliers>(std::move(picture), count);
}

}  // namespace isr
