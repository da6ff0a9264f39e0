#include "experiments/picture_groups.h"

#include <algorithm>

namespace isr {
namespace {

// The pixels of images of one shape, a column for each channel of each.
Eigen::MatrixXf stacked_channels(const std::vector<LabelledImage>& images,
                                 const std::vector<std::size_t>& members) {
  const Image& first = images[members[0]].image;
  const Index channels = first.channels();
  Eigen::MatrixXf pixels(first.pixels.rows(), channels * static_cast<Index>(members.size()));
  for (std::size_t k = 0; k < members.size(); ++k)
    pixels.middleCols(static_cast<Index>(k) * channels, channels) = images[members[k]].image.pixels;
  return pixels;
}

}  // namespace

std::vector<PictureGroup> group_pictures(const std::vector<LabelledImage>& images,
                                         const std::function<MeasurementModel(const Image&)>& model_of) {
  std::vector<PictureGroup> groups;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const MeasurementModel model = model_of(images[i].image);
    const auto same = [&](const PictureGroup& group) {
      const MeasurementModel& other = group.model;
      return other.height == model.height && other.width == model.width && other.channels == model.channels &&
             other.basis == model.basis && other.ensemble == model.ensemble;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end()) group = groups.insert(groups.end(), {model, {}});
    group->members.push_back(i);
  }
  return groups;
}

Measured measure_images(const std::vector<LabelledImage>& images, const PictureGroup& group, double noise) {
  Measured result{stacked_channels(images, group.members), {}};
  result.problem = simulate(group.model, result.truth, noise);
  return result;
}

}  // namespace isr
