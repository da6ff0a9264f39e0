#include <charconv>
#include <cmath>

#include "base/error.h"
#include "image/codecs.h"
#include "image/image_file.h"
#include "image/imgproc.h"

namespace isr {
namespace {

constexpr int largest_side = 30'000;

// Reads a whole number from 0 to largest_side at the start of `text` and removes it; −1 when there is none.
int take_number(std::string_view& text) {
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0 || value > largest_side || text.starts_with('-')) return -1;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, char letter) {
  if (!text.starts_with(letter)) return false;
  text.remove_prefix(1);
  return true;
}

Image cropped(const Image& image, const Crop& crop) {
  const int left = crop.left.value_or((image.width - crop.width) / 2);
  const int top = crop.top.value_or((image.height - crop.height) / 2);
  if (left < 0 || top < 0 || left + crop.width > image.width || top + crop.height > image.height)
    throw UsageError("the crop " + std::to_string(crop.width) + "x" + std::to_string(crop.height) + "+" +
                     std::to_string(left) + "+" + std::to_string(top) + " reaches beyond the picture of " +
                     std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels");
  Image part(crop.height, crop.width, image.channels());
  for (int row = 0; row < crop.height; ++row)
    part.pixels.middleRows(Eigen::Index(row) * crop.width, crop.width) =
        image.pixels.middleRows(Eigen::Index(top + row) * image.width + left, crop.width);
  return part;
}

struct Sides {
  int width, height;
};

Sides target_sides(const std::string& text, const Image& image) {
  std::string_view rest = text;
  const int number = take_number(rest);
  if (number > 0 && take(rest, 'x')) {
    const int height = take_number(rest);
    if (height > 0 && rest.empty()) return {number, height};
  } else if (number > 0 && (rest.empty() || rest == "%")) {
    const double factor =
        rest.empty() ? static_cast<double>(number) / std::max(image.width, image.height) : number / 100.0;
    const auto scaled = [factor](int side) {
      return std::max(1, static_cast<int>(std::lround(factor * side)));
    };
    return {scaled(image.width), scaled(image.height)};
  }
  throw UsageError(
      "resize must be WIDTHxHEIGHT, the longer side as a number, or a percentage such as 50%; got '" + text +
      "'");
}

Image resized(const Image& image, Sides sides) {
  if (sides.width > largest_side || sides.height > largest_side)
    throw UsageError("resize can make pictures of at most " + std::to_string(largest_side) +
                     " pixels a side");
  constexpr std::int64_t most = codecs::most_pixels;
  if (std::int64_t{sides.width} * sides.height > most)
    throw UsageError("resize can make pictures of at most " + std::to_string(most / 1'000'000) +
                     " million pixels");
  Image result(sides.height, sides.width, image.channels());
  for (int c = 0; c < image.channels(); ++c)
    imgproc::functions().resize({image.pixels.col(c).data(), image.height, image.width}, sides.height,
                                sides.width, result.pixels.col(c).data());
  result.pixels = result.pixels.cwiseMax(0.0f).cwiseMin(1.0f);
  return result;
}

Image grey(const Image& image) {
  if (image.channels() == 1) return image;
  return Image(image.height, image.width,
               Eigen::MatrixXf(image.pixels * Eigen::Vector3f(0.299f, 0.587f, 0.114f)));
}

}  // namespace

Crop parse_crop(const std::string& text) {
  Crop crop;
  std::string_view rest = text;
  crop.width = take_number(rest);
  const bool has_height = take(rest, 'x');
  crop.height = take_number(rest);
  bool valid = crop.width > 0 && has_height && crop.height > 0;
  if (valid && !rest.empty()) {
    valid = take(rest, '+');
    crop.left = take_number(rest);
    valid = valid && take(rest, '+');
    crop.top = take_number(rest);
    valid = valid && rest.empty() && *crop.left >= 0 && *crop.top >= 0;
  }
  if (!valid) throw UsageError("crop must be WIDTHxHEIGHT or WIDTHxHEIGHT+LEFT+TOP; got '" + text + "'");
  return crop;
}

White parse_white(const std::string& text) {
  if (text == "auto") return {};
  White white;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, white.value);
  if (error != std::errc() || end != last || !(white.value > 0) || !std::isfinite(white.value))
    throw UsageError("white must be auto or a positive number, such as 4095; got '" + text + "'");
  return white;
}

Image edited(Image image, const ImageEdits& edits) {
  if (edits.crop) image = cropped(image, *edits.crop);
  if (!edits.resize.empty()) image = resized(image, target_sides(edits.resize, image));
  return edits.gray ? grey(image) : image;
}

}  // namespace isr
