// How far a recovered image is from the true one.
#pragma once

#include <Eigen/Core>

#include "image/image.h"

namespace isr {

using ConstVector = Eigen::Ref<const Eigen::VectorXf>;

// ‖w − truth‖². Unclipped.
double squared_error(ConstVector w, ConstVector truth);

// ‖w − truth‖ / ‖truth‖, unclipped; 0 when both are 0, infinity when only the truth is 0.
double relative_error(ConstVector w, ConstVector truth);

// Mean over all values of (recovered − truth)², unclipped.
double mse(const Image& recovered, const Image& truth);

// Peak signal-to-noise ratio in dB, peak 1: −10 log10 of the mean squared error after clipping `recovered` to
// [0, 1]. Infinity when they are equal.
double psnr(const Image& recovered, const Image& truth);

// Structural similarity (Wang et al. 2004) by OpenCV's QualitySSIM: 11×11 Gaussian window, σ = 1.5, values
// clipped to [0, 1], the mean over channels. In [−1, 1]; 1 when they are equal.
double ssim(const Image& recovered, const Image& truth);

// The number of entries with |w_i| > threshold. The default is a hundredth of the peak of a [0, 1] image.
inline constexpr float support_threshold = 0.01f;
Eigen::Index support_size(ConstVector w, float threshold = support_threshold);

}  // namespace isr
