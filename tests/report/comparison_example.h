// A small comparison with known numbers, for tests of its reports.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "report/comparison.h"

namespace isr {

// A path whose PSNR takes these values at τ = 1, 10, 100, … Pictures are 2 × 3, all of value psnr/100.
inline ComparedPath example_path(int depth, const std::vector<double>& psnrs, std::size_t hold_out) {
  ComparedPath path;
  path.depth = depth;
  path.step = 0.005 / (depth * depth);
  for (std::size_t i = 0; i < psnrs.size(); ++i) {
    PathMoment moment;
    moment.flow_time = std::pow(10.0, static_cast<double>(i));
    moment.psnr = psnrs[i];
    moment.relative_error = std::pow(10, -psnrs[i] / 20);
    moment.residual = moment.relative_error;
    path.moments.push_back(moment);
    Image picture(2, 3);
    picture.pixels.setConstant(static_cast<float>(psnrs[i] / 100));
    path.pictures.add(picture);
  }
  path.coordinates.on = path.coordinates.off =
      Eigen::MatrixXf::Constant(2, static_cast<Eigen::Index>(psnrs.size()), 0.5f);
  path.window = stopping_window(path.moments);
  path.stops = {{"oracle", best_moment(path.moments)}, {"hold-out", hold_out}, {"limit", psnrs.size() - 1}};
  path.settled_time = path.moments.back().flow_time;
  path.status = "limit reached";
  path.reaches_limit = true;
  path.seconds = 0.25;
  return path;
}

inline Comparison example_comparison(std::vector<ComparedPath> paths) {
  Comparison comparison;
  comparison.title = "mnist:train:0";
  comparison.subtitle = "n = 3 of p = 6";
  comparison.command = "isr compare mnist:train:0 --depth 1,2 </script>";
  comparison.chosen_rule = "hold-out";
  for (const auto& path : paths) comparison.depths.push_back(path.depth);
  comparison.variants = {{1e-3, 0, "", ""}};
  comparison.rules = {{"oracle", "best (oracle)", "the highest PSNR"},
                      {"hold-out", "hold-out", "the smallest held-out residual"},
                      {"limit", "limit", "the end"}};
  Image truth(2, 3);
  truth.pixels.setConstant(0.5f);
  comparison.images = {{truth, "mnist:train:0", "5"}};
  comparison.paths = std::move(paths);
  return comparison;
}

}  // namespace isr
