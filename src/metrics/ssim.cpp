#include "image/imgproc.h"
#include "metrics/metrics.h"

namespace isr {

double ssim(const Image& recovered, const Image& truth) {
  constexpr float peak = 255;  // that of OpenCV's constants
  const Eigen::MatrixXf a = peak * recovered.pixels.cwiseMax(0.0f).cwiseMin(1.0f), b = peak * truth.pixels;
  double sum = 0;
  for (int c = 0; c < truth.channels(); ++c)
    sum += imgproc::functions().ssim({a.col(c).data(), truth.height, truth.width},
                                     {b.col(c).data(), truth.height, truth.width});
  return sum / truth.channels();
}

}  // namespace isr
