// The path of the gradient flow, with dense output: w at any flow time, not only at the steps taken.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "solver/mirror_map.h"
#include "solver/newton_system.h"

namespace isr {

// One accepted step [begin, end] of the flow. λ and z = Xᵀλ are cubic Hermite polynomials of τ between its
// ends: fourth-order accurate, the slopes being those of the method's own stages.
class FlowSegment {
 public:
  double begin_time = 0, end_time = 0;          // τ
  std::int64_t step = 0;                        // steps done at its end, from 1
  MirrorMap::Point begin, end;                  // coordinates of z at the ends
  Eigen::VectorXd begin_w, end_w;               // w there
  double begin_residual = 0, end_residual = 0;  // ‖Xw − y‖/‖y‖ there

  // w at τ, clamped to the segment.
  void w_at(const MirrorMap& map, double time, Eigen::VectorXd& w) const;

  Eigen::VectorXd dz;                      // z(end) − z(begin)
  Eigen::VectorXd begin_slope, end_slope;  // dz/dτ at the ends
};

// λ along a whole flow: a few numbers per step, from which w follows at any time.
class FlowPath {
 public:
  explicit FlowPath(const Parametrization& network) : map_(network) {}

  // Appends a step's end. Times ascend.
  void append(double time, const Eigen::VectorXd& lambda, const Eigen::VectorXd& slope, double residual);

  const std::vector<double>& times() const { return times_; }
  const std::vector<double>& residuals() const { return residuals_; }  // ‖Xw − y‖/‖y‖ at the times
  double end_time() const { return times_.back(); }

  // λ(τ), by cubic Hermite interpolation; clamped to the ends.
  Eigen::VectorXd lambda(double time) const;

  // w(Xᵀλ(τ)). Where the interpolant leaves the domain, λ is interpolated linearly, which never does.
  Eigen::VectorXd w(const NewtonSystem& system, double time) const;

 private:
  std::size_t segment_of(double time) const;  // index of the segment's begin
  Eigen::VectorXd linear_lambda(double time) const;

  MirrorMap map_;
  std::vector<double> times_, residuals_;
  std::vector<Eigen::VectorXd> lambdas_, slopes_;
};

}  // namespace isr
