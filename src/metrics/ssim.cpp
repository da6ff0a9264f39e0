#include <algorithm>
#include <opencv2/quality/qualityssim.hpp>

#include "metrics/metrics.h"

namespace isr {
namespace {

// OpenCV's SSIM constants are for a peak of 255.
cv::Mat plane(const Eigen::ArrayXXf& values, const Image& shape, int channel) {
  cv::Mat mat(shape.height, shape.width, CV_32F);
  const Eigen::ArrayXf column = 255.0f * values.col(channel);
  std::copy(column.data(), column.data() + column.size(), mat.ptr<float>());
  return mat;
}

}  // namespace

double ssim(const Image& recovered, const Image& truth) {
  const Eigen::ArrayXXf a = recovered.pixels.array().max(0.0f).min(1.0f), b = truth.pixels.array();
  double sum = 0;
  for (int c = 0; c < truth.channels(); ++c) {
    cv::Mat map;
    sum += cv::quality::QualitySSIM::compute(plane(a, truth, c), plane(b, truth, c), map)[0];
  }
  return sum / truth.channels();
}

}  // namespace isr
