// Pictures that are measured together.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <vector>

#include "image/image.h"
#include "sensing/problem.h"

namespace isr {

// Images that one operator measures: those of one shape for which the same ensemble and basis are chosen.
struct PictureGroup {
  MeasurementModel model;
  std::vector<std::size_t> members;  // indices of images
};

std::vector<PictureGroup> group_pictures(const std::vector<LabelledImage>& images,
                                         const std::function<MeasurementModel(const Image&)>& model_of);

// Pictures and what was measured of them.
struct Measured {
  Eigen::MatrixXf truth;  // pixels, a column for each channel of each picture
  Problem problem;
};

// noise: standard deviation of the noise on each measurement.
Measured measure_images(const std::vector<LabelledImage>& images, const PictureGroup& group, double noise);

}  // namespace isr
