// Memory for the length of a call, taken from what earlier calls of the thread gave back: inner loops that
// use it allocate nothing once they are warm.
#pragma once

#include <Eigen/Core>
#include <cstddef>

namespace isr {

// `size` floats with no particular content.
class ScratchVector {
 public:
  explicit ScratchVector(std::size_t size);
  ~ScratchVector();
  ScratchVector(ScratchVector&&) noexcept = default;

  std::size_t size() const { return size_; }
  float* data() { return memory_.data(); }
  const float* data() const { return memory_.data(); }
  float& operator[](std::size_t i) { return data()[i]; }
  float operator[](std::size_t i) const { return data()[i]; }

 private:
  Eigen::VectorXf memory_;
  std::size_t size_;
};

// A rows × cols matrix of floats with no particular content.
class ScratchMatrix {
 public:
  ScratchMatrix(Eigen::Index rows, Eigen::Index cols);

  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax>& operator*() { return matrix_; }
  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax>* operator->() { return &matrix_; }

 private:
  ScratchVector memory_;
  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax> matrix_;
};

}  // namespace isr
