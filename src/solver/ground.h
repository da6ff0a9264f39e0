// A mean far above the details of a picture: measurements that say nearly nothing but how bright it is.
#pragma once

#include <optional>

#include "sensing/problem.h"
#include "solver/path.h"

namespace isr {

// The uniform picture, of one value a channel, that fits the measurements best. What is left of these is
// solved for alone: sizes, residuals and tolerances are then of the details, and not of the mean.
struct Ground {
  Eigen::MatrixXd w;        // its coefficients, p × channels
  Eigen::MatrixXd details;  // y − Xw, n × channels
  double share;             // ‖details‖/‖y‖
};

// For pictures in a basis. None where the details are a tenth of y or more, as in ordinary pictures, or lie
// below single precision.
std::optional<Ground> find_ground(const Operators& operators, const Eigen::Ref<const Eigen::MatrixXd>& y);

// A path of the details, seen as one of the picture.
class PathOverGround final : public Path {
 public:
  // Keeps references to both.
  PathOverGround(const Path& details, const Ground& ground) : details_(details), ground_(ground) {}

  bool advance() override { return false; }
  Status status() const override { return details_.status(); }
  double begin_time() const override { return details_.begin_time(); }
  double end_time() const override { return details_.end_time(); }
  std::int64_t steps() const override { return details_.steps(); }
  bool interpolates() const override { return details_.interpolates(); }
  void w_at(double time, Eigen::MatrixXd& w) const override {
    details_.w_at(time, w);
    w += ground_.w;
  }
  double residual_at(double time) const override { return ground_.share * details_.residual_at(time); }
  std::optional<double> step_size() const override { return details_.step_size(); }
  std::optional<Certificate> certificate() const override { return details_.certificate(); }

 private:
  const Path& details_;
  const Ground& ground_;
};

}  // namespace isr
