#include "image/image_file.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <iterator>

#include "base/atomic_file.h"
#include "base/error.h"
#include "image/codecs_loader.h"
#include "image/picture_header.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

constexpr const char* formats = "PNG, JPEG, TIFF, BMP, WebP, PGM, PPM or PBM";

std::vector<unsigned char> read_all(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(path.string() + " is a folder, not a picture file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot open " + path.string() + ": no such file, or no permission to read it");
  std::vector<unsigned char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.empty()) throw Error(path.string() + " is empty");
  return bytes;
}

codecs::Picture decode(const fs::path& path) {
  const std::vector<unsigned char> bytes = read_all(path);
  bool known = false;
  const std::string defect = picture_defect(bytes, known);
  if (!known) throw Error(path.string() + " is not a picture that isr reads (" + formats + ")");
  if (!defect.empty()) throw Error(path.string() + " " + defect);
  codecs::Picture picture;
  std::string why;
  if (!image_codecs().decode(bytes.data(), bytes.size(), picture, why)) {
    const bool too_large = why.find("CV_IO_MAX") != std::string::npos;
    throw Error("cannot read the picture " + path.string() + ": " +
                (too_large ? "it has more than the " + std::to_string(codecs::most_pixels / 1'000'000) +
                                 " million pixels that isr accepts"
                 : why.find('\n') == std::string::npos ? why
                                                       : "the file is damaged"));
  }
  return picture;
}

// Over white: c ← a c + (1 − a).
Image composite_over_white(const Image& image) {
  const Eigen::ArrayXf alpha = image.pixels.col(3).array();
  const Eigen::MatrixXf pixels =
      ((image.pixels.leftCols(3).array().colwise() * alpha).colwise() + (1 - alpha)).matrix();
  return Image(image.height, image.width, pixels);
}

bool is_grey(const Image& image) {
  return image.channels() == 3 && image.pixels.col(0) == image.pixels.col(1) &&
         image.pixels.col(1) == image.pixels.col(2);
}

}  // namespace

Image load_image(const fs::path& path, const ImageEdits& edits, std::vector<std::string>& notes) {
  const codecs::Picture picture = decode(path);
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Image image(picture.height, picture.width,
              Eigen::Map<const RowMajor>(picture.values.data(), Eigen::Index(picture.height) * picture.width,
                                         picture.channels));
  if (!image.pixels.allFinite() || image.pixels.minCoeff() < 0 || image.pixels.maxCoeff() > 1)
    throw Error(path.string() + " has floating-point values outside 0 to 1; scale them to that range first");
  if (image.channels() == 4) {
    if (image.pixels.col(3).minCoeff() < 1)
      notes.push_back(path.string() + " is partly transparent: composited over white");
    image = composite_over_white(image);
  }
  if (is_grey(image)) image.pixels = Eigen::MatrixXf(image.pixels.col(0));
  return edited(std::move(image), edits);
}

bool has_image_extension(const fs::path& path) {
  static const std::vector<std::string> known{".png",  ".jpg", ".jpeg", ".tif", ".tiff", ".bmp",
                                              ".webp", ".pgm", ".ppm",  ".pbm", ".pnm"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return std::find(known.begin(), known.end(), extension) != known.end();
}

std::vector<fs::path> image_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && has_image_extension(entry.path())) files.push_back(entry.path());
  if (files.empty()) throw Error("the folder " + folder.string() + " holds no picture (" + formats + ")");
  std::sort(files.begin(), files.end());
  return files;
}

void save_png(const fs::path& path, const Image& image) {
  const int channels = image.channels() == 3 ? 3 : 1;
  std::vector<unsigned char> samples;
  samples.reserve(static_cast<std::size_t>(image.pixels.rows() * channels));
  for (Eigen::Index i = 0; i < image.pixels.rows(); ++i)
    for (int c = 0; c < channels; ++c)
      samples.push_back(
          static_cast<unsigned char>(std::lround(255 * std::clamp(image.pixels(i, c), 0.0f, 1.0f))));
  std::vector<unsigned char> bytes;
  std::string why;
  if (!image_codecs().encode_png(image.height, image.width, channels, samples.data(), bytes, why))
    throw Error("cannot encode " + path.string() + ": " + why);
  write_file(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace isr
