#include "sensing/structured_operators.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/chunks.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/scratch.h"
#include "sensing/orthogonal_transform.h"
#include "sensing/random.h"

namespace isr {
namespace {

std::vector<std::int8_t> random_signs(RandomStream& stream, Index count) {
  std::vector<std::int8_t> signs(static_cast<std::size_t>(count));
  for (auto& sign : signs) sign = stream.below(2) == 1 ? 1 : -1;
  return signs;
}

// n of 0 … p − 1 without repetition (Fisher–Yates), in increasing order so that gathering reads forwards.
std::vector<std::uint32_t> random_rows(RandomStream& stream, Index n, Index p) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(p));
  std::iota(rows.begin(), rows.end(), 0u);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
    std::swap(rows[i], rows[i + stream.below(rows.size() - i)]);
  rows.resize(static_cast<std::size_t>(n));
  rows.shrink_to_fit();
  std::sort(rows.begin(), rows.end());
  return rows;
}

// Rows of T₂ diag(second signs) T₁ diag(first signs): T₁ acts on the first m values, T₂ (the same transform)
// on the last m; when m = p, of T₁ diag(first signs) alone.
class SubsampledTransform final : public LinearOperator {
 public:
  SubsampledTransform(OrthogonalTransformPtr transform, Index n, Index p, RandomStream stream)
      : transform_(std::move(transform)), p_(p), signs_(random_signs(stream, p)) {
    if (transform_->size() < p) second_signs_ = random_signs(stream, p);
    rows_ = random_rows(stream, n, p);
  }

  Index rows() const override { return static_cast<Index>(rows_.size()); }
  Index cols() const override { return p_; }
  double tight_frame_constant() const override { return 1; }
  std::size_t memory_bytes() const override {
    return signs_.size() + second_signs_.size() + rows_.size() * sizeof(rows_[0]) +
           transform_->memory_bytes() + static_cast<std::size_t>(p_) * sizeof(float);
  }

  void apply(ConstColumns x, Columns y) const override {
    for_columns(x.cols(), [&](Index b) { apply_one(x.col(b).data(), y.col(b).data()); });
  }
  void adjoint(ConstColumns y, Columns x) const override {
    for_columns(y.cols(), [&](Index b) { adjoint_one(y.col(b).data(), x.col(b).data()); });
  }

 private:
  // Threads share the columns when there are enough of them, and otherwise the inside of each column.
  template <class Body>
  static void for_columns(Index count, const Body& body) {
    if (count >= thread_count()) {
      parallel_for(static_cast<std::size_t>(count), [&](std::size_t b) { body(static_cast<Index>(b)); });
    } else {
      for (Index b = 0; b < count; ++b) body(b);
    }
  }

  void multiply_signs(const std::vector<std::int8_t>& signs, const float* x, float* out) const {
    for_chunks(signs.size(), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) out[i] = static_cast<float>(signs[i]) * x[i];
    });
  }

  void apply_one(const float* x, float* y) const {
    ScratchVector mixed(static_cast<std::size_t>(p_));
    multiply_signs(signs_, x, mixed.data());
    transform_->forward(mixed.data());
    if (!second_signs_.empty()) {
      multiply_signs(second_signs_, mixed.data(), mixed.data());
      transform_->forward(mixed.data() + p_ - transform_->size());
    }
    for_chunks(rows_.size(), [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) y[i] = mixed[rows_[i]];
    });
  }

  void adjoint_one(const float* y, float* x) const {
    std::fill_n(x, p_, 0.0f);
    for (std::size_t i = 0; i < rows_.size(); ++i) x[rows_[i]] = y[i];
    if (!second_signs_.empty()) {
      transform_->backward(x + p_ - transform_->size());
      multiply_signs(second_signs_, x, x);
    }
    transform_->backward(x);
    multiply_signs(signs_, x, x);
  }

  OrthogonalTransformPtr transform_;
  Index p_;
  std::vector<std::int8_t> signs_, second_signs_;
  std::vector<std::uint32_t> rows_;
};

void check_sizes(Index n, Index p) {
  if (n < 1 || n > p)
    throw UsageError("measurements must be from 1 to the " + std::to_string(p) +
                     " pixels for an operator with orthonormal rows; got " + std::to_string(n));
}

class BlockOperator final : public LinearOperator {
 public:
  BlockOperator(OperatorPtr inner, Index height, Index width, Index side)
      : inner_(std::move(inner)),
        height_(height),
        width_(width),
        side_(side),
        down_((height + side - 1) / side),
        across_((width + side - 1) / side) {}

  Index rows() const override { return down_ * across_ * inner_->rows(); }
  Index cols() const override { return height_ * width_; }
  double tight_frame_constant() const override {
    const bool fits = height_ % side_ == 0 && width_ % side_ == 0;
    return fits ? inner_->tight_frame_constant() : 0;
  }
  std::size_t memory_bytes() const override {
    return inner_->memory_bytes() + static_cast<std::size_t>(down_ * across_ * side_ * side_) * sizeof(float);
  }

  void apply(ConstColumns x, Columns y) const override {
    ScratchMatrix scratch(side_ * side_, down_ * across_);
    auto& blocks = *scratch;
    blocks.setZero();
    for (Index b = 0; b < x.cols(); ++b) {
      for_segments([&](Index pixel, Index within, Index block, Index length) {
        blocks.col(block).segment(within, length) = x.col(b).segment(pixel, length);
      });
      inner_->apply(blocks, Eigen::Map<Eigen::MatrixXf>(y.col(b).data(), inner_->rows(), blocks.cols()));
    }
  }

  void adjoint(ConstColumns y, Columns x) const override {
    ScratchMatrix scratch(side_ * side_, down_ * across_);
    auto& blocks = *scratch;
    for (Index b = 0; b < x.cols(); ++b) {
      inner_->adjoint(Eigen::Map<const Eigen::MatrixXf>(y.col(b).data(), inner_->rows(), blocks.cols()),
                      blocks);
      for_segments([&](Index pixel, Index within, Index block, Index length) {
        x.col(b).segment(pixel, length) = blocks.col(block).segment(within, length);
      });
    }
  }

 private:
  // Calls body(pixel index, index within the block, block, length) for each run of pixels in a row of a
  // block.
  template <class Body>
  void for_segments(const Body& body) const {
    for (Index row = 0; row < height_; ++row)
      for (Index across = 0; across < across_; ++across)
        body(row * width_ + across * side_, row % side_ * side_, row / side_ * across_ + across,
             std::min(side_, width_ - across * side_));
  }

  OperatorPtr inner_;
  Index height_, width_, side_, down_, across_;
};

}  // namespace

OperatorPtr make_randomized_hadamard(Index n, Index p, std::uint32_t seed) {
  check_sizes(n, p);
  const auto window = static_cast<Index>(std::bit_floor(static_cast<std::size_t>(p)));
  return std::make_shared<SubsampledTransform>(make_walsh_hadamard(window), n, p,
                                               RandomStream::named(seed, "hadamard"));
}

OperatorPtr make_randomized_dct(Index n, Index p, std::uint32_t seed) {
  check_sizes(n, p);
  auto side = static_cast<Index>(std::sqrt(static_cast<double>(p)));
  while (side * side > p) --side;
  return std::make_shared<SubsampledTransform>(make_square_dct(side), n, p, RandomStream::named(seed, "dct"));
}

OperatorPtr make_block_operator(OperatorPtr block_operator, Index height, Index width, Index side) {
  if (side < 1 || block_operator->cols() != side * side)
    throw UsageError("block needs an operator on the " + std::to_string(side * side) + " pixels of a block");
  return std::make_shared<BlockOperator>(std::move(block_operator), height, width, side);
}

}  // namespace isr
