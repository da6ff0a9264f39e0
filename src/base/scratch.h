// Memory for the length of a call, taken from what earlier calls of the thread gave back: inner loops that
// use it allocate nothing once they are warm.
#pragma once

#include <Eigen/Core>

namespace isr {

// A rows × cols matrix of floats with no particular content.
class ScratchMatrix {
 public:
  ScratchMatrix(Eigen::Index rows, Eigen::Index cols);
  ~ScratchMatrix();
  ScratchMatrix(const ScratchMatrix&) = delete;
  ScratchMatrix& operator=(const ScratchMatrix&) = delete;

  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax>& operator*() { return matrix_; }
  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax>* operator->() { return &matrix_; }

 private:
  Eigen::VectorXf memory_;
  Eigen::Map<Eigen::MatrixXf, Eigen::AlignedMax> matrix_;
};

}  // namespace isr
