// A picture in memory.
#pragma once

#include <Eigen/Core>
#include <string>

namespace isr {

// Height × width × channels values, nominally in [0, 1] (recovered images may leave it). `pixels` has one
// column per channel (1: grey, 3: red, green, blue); the row of pixel (row, col) is row·width + col.
struct Image {
  int height = 0;
  int width = 0;
  Eigen::MatrixXf pixels;  // (height·width) × channels

  Image() = default;
  Image(int h, int w, int c = 1)
      : height(h), width(w), pixels(Eigen::MatrixXf::Zero(Eigen::Index(h) * w, c)) {}
  Image(int h, int w, Eigen::MatrixXf values) : height(h), width(w), pixels(std::move(values)) {}

  int channels() const { return static_cast<int>(pixels.cols()); }
  float& at(int row, int col, int channel = 0) { return pixels(Eigen::Index(row) * width + col, channel); }
  float at(int row, int col, int channel = 0) const {
    return pixels(Eigen::Index(row) * width + col, channel);
  }
};

// An image and where it came from.
struct LabelledImage {
  Image image;
  std::string source;  // e.g. "mnist:train:0" or "photo.jpg"
  std::string label;   // e.g. "5" for a digit; empty when there is none
};

}  // namespace isr
