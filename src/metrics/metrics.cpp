#include "metrics/metrics.h"

#include <cmath>
#include <limits>

namespace isr {
namespace {

Eigen::ArrayXXf clipped(const Image& image) {
  return image.pixels.array().max(0.0f).min(1.0f);
}

}  // namespace

double squared_error(ConstVector w, ConstVector truth) {
  return (w.cast<double>() - truth.cast<double>()).squaredNorm();
}

double relative_error(ConstVector w, ConstVector truth) {
  const double error = std::sqrt(squared_error(w, truth));
  const double norm = truth.cast<double>().norm();
  if (norm == 0) return error == 0 ? 0 : std::numeric_limits<double>::infinity();
  return error / norm;
}

double mse(const Image& recovered, const Image& truth) {
  return (recovered.pixels.cast<double>() - truth.pixels.cast<double>()).squaredNorm() /
         static_cast<double>(truth.pixels.size());
}

double psnr(const Image& recovered, const Image& truth) {
  const double error =
      (clipped(recovered).cast<double>() - truth.pixels.array().cast<double>()).square().mean();
  return error == 0 ? std::numeric_limits<double>::infinity() : -10 * std::log10(error);
}

Eigen::Index support_size(ConstVector w, float threshold) {
  return (w.array().abs() > threshold).count();
}

}  // namespace isr
