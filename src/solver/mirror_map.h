// The mirror map of the depth-N network: w as a function of z = Xᵀλ along the gradient flow.
//
// Gradient flow on L(w) = (1/n)‖Xw − y‖² is linear in the mirror variable: with dλ/dτ = −(2/n)(Xw − y), λ(0)
// = 0,
//     N = 1   u = w0 + z                                      v = w0 − z
//     N = 2   u² = w0·exp(4z)                                 v² = w0·exp(−4z)
//     N ≥ 3   u^(2−N) = u0^(2−N) − N(N−2)z                    v^(2−N) = u0^(2−N) + N(N−2)z
// and w = u^N − v^N (nonnegative: u^N) is the gradient of the convex function Σ ψ*(z_j) + ψ*(−z_j)
// (nonnegative: the first term), ψ* = z²/2 + w0·z for N = 1, u²/4 for N = 2 and u²/(2N) for N ≥ 3.
// Derivation: Li et al. 2021, Section 2, integrated once; see also Woodworth et al., COLT 2020.
#pragma once

#include <Eigen/Core>

#include "solver/parametrization.h"

namespace isr {

// w and what belongs to it at one point of the mirror space.
struct MirrorValues {
  Eigen::VectorXd w;          // the solution
  Eigen::VectorXd slope;      // D = dw/dz = N²(u^(2N−2) + v^(2N−2)) > 0
  Eigen::VectorXd magnitude;  // |u^N| + |v^N| (nonnegative: |u^N|): the scale on which w is accurate
};

class MirrorMap {
 public:
  // Coordinates of a point. For N ≥ 3 they are the distances to the barrier, q = 1 ∓ κz in (0, ∞), kept apart
  // for both signs and moved by increments: close to the barrier 1 − κz alone would have lost the digits that
  // w = w0·q^(−N/(N−2)) depends on. For N ≤ 2, plus = κz and minus is not used.
  struct Point {
    Eigen::VectorXd plus, minus;
  };

  explicit MirrorMap(const Parametrization& network);

  // z = 0: the start of the flow, of `p` coordinates.
  Point start(Eigen::Index p) const;

  // The point of z, each coordinate computed from z itself. Outside the domain (q ≤ 0) w is not finite.
  Point point(const Eigen::VectorXd& z) const;

  // to = from + step·dz. `to` may be `from`.
  void move(const Point& from, const Eigen::VectorXd& dz, double step, Point& to) const;

  // Is every q > 0?
  bool inside(const Point& point) const;

  // The largest step with from + step·dz inside the domain; infinity when there is no bound.
  double largest_step(const Point& from, const Eigen::VectorXd& dz) const;

  // The largest relative change κ|dz|/q of a coordinate towards growth, over those whose magnitude after the
  // step is at least `share` of the largest one; above 1 the linearisation is not to be trusted.
  double growth(const Point& from, const MirrorValues& values, const Eigen::VectorXd& dz, double share) const;

  void evaluate(const Point& point, MirrorValues& values) const;
  void weights(const Point& point, Eigen::VectorXd& w) const;  // w alone

  // Σ ψ*(z_j) + ψ*(−z_j), or the first term alone.
  double potential(const Point& point) const;

  // κ: the curvature of the map at the start, 1/κ being the |z| at which it leaves its linear regime.
  double rate() const { return rate_; }
  const Parametrization& network() const { return network_; }

 private:
  Parametrization network_;
  bool is_signed_;
  double rate_;  // κ = 1, 4, N(N−2)u0^(N−2)
};

}  // namespace isr
