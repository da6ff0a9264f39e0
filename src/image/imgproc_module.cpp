// The module isr_imgproc: OpenCV's image processing behind three functions (see imgproc.h).
#include <opencv2/imgproc.hpp>
#include <opencv2/quality/qualityssim.hpp>

#include "image/imgproc.h"

using isr::imgproc::Plane;

namespace {

cv::Mat mat_of(const Plane& plane) {
  return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.values)};
}

}  // namespace

extern "C" {

void isr_imgproc_resize(const Plane& from, int height, int width, float* to) {
  cv::Mat scaled(height, width, CV_32F, to);
  const bool smaller = width <= from.width && height <= from.height;
  cv::resize(mat_of(from), scaled, scaled.size(), 0, 0, smaller ? cv::INTER_AREA : cv::INTER_CUBIC);
}

double isr_imgproc_ssim(const Plane& a, const Plane& b) {
  cv::Mat map;
  return cv::quality::QualitySSIM::compute(mat_of(a), mat_of(b), map)[0];
}

void isr_imgproc_inferno(isr::imgproc::Colours& colours) {
  cv::Mat values(1, static_cast<int>(colours.size()), CV_8U), mapped;
  for (int k = 0; k < values.cols; ++k) values.at<unsigned char>(k) = static_cast<unsigned char>(k);
  cv::applyColorMap(values, mapped, cv::COLORMAP_INFERNO);
  for (int k = 0; k < values.cols; ++k)
    for (int c = 0; c < 3; ++c)  // OpenCV's order is blue, green, red
      colours[static_cast<std::size_t>(k)][static_cast<std::size_t>(c)] = mapped.at<cv::Vec3b>(k)[2 - c];
}

}  // extern "C"
