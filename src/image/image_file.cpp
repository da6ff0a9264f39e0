#include "image/image_file.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <limits>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/text.h"
#include "image/codecs_loader.h"
#include "image/picture_header.h"
#include "image/png_stream.h"

namespace isr {
namespace {

namespace fs = std::filesystem;

constexpr int longest_side = 1 << 16;  // as in the description of a problem

constexpr const char* picture_formats = "PNG, JPEG, TIFF, BMP, WebP, PGM, PPM or PBM";

// All bytes of a picture; of another file the first, which suffice to see that.
std::vector<unsigned char> read_all(const fs::path& path) {
  constexpr std::size_t piece = 1 << 16, most = std::numeric_limits<std::int32_t>::max();
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) throw Error(path.string() + " is a folder, not a picture file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error("cannot open " + path.string() + ": no such file, or no permission to read it");
  std::vector<unsigned char> bytes;
  for (bool known = true; file && known;) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::max(piece, before));
    file.read(reinterpret_cast<char*>(bytes.data() + before),
              static_cast<std::streamsize>(bytes.size() - before));
    bytes.resize(before + static_cast<std::size_t>(file.gcount()));
    if (before == 0) picture_defect(bytes, known);
    if (bytes.size() > most) throw Error(path.string() + " is larger than 2 GB, more than isr reads");
  }
  if (bytes.empty()) throw Error(path.string() + " is empty");
  return bytes;
}

// Makes the page that was asked for the first one; says it where none was asked for.
void choose_page(const fs::path& path, std::optional<int> page, std::vector<unsigned char>& bytes,
                 std::vector<std::string>& notes) {
  const std::vector<std::uint32_t> pages = tiff_pages(bytes);
  const std::size_t count = std::max<std::size_t>(1, pages.size());
  if (!page && count > 1)
    notes.push_back(path.string() + " has " + std::to_string(count) + " pages: the first is read");
  if (!page) return;
  if (*page < 1 || static_cast<std::size_t>(*page) > count)
    throw Error(path.string() + " has no page " + std::to_string(*page) + "; it has " +
                (count == 1 ? "one" : std::to_string(count)));
  if (!pages.empty()) set_first_tiff_page(bytes, pages[static_cast<std::size_t>(*page) - 1]);
}

codecs::Picture decode(const fs::path& path, std::optional<int> page, std::vector<std::string>& notes) {
  std::vector<unsigned char> bytes = read_all(path);
  bool known = false;
  const std::string defect = picture_defect(bytes, known);
  if (!known) throw Error(path.string() + " is not a picture that isr reads (" + picture_formats + ")");
  if (!defect.empty()) throw Error(path.string() + " " + defect);
  choose_page(path, page, bytes, notes);
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
  // PGM and PPM files name their white, which OpenCV passes over but in words of up to 8 bits.
  if (const auto white = pnm_white(bytes); white && *white > 0 && *white <= picture.full_scale) {
    const bool words = bytes[1] == '2' || bytes[1] == '3';
    const auto factor = static_cast<float>(picture.full_scale / static_cast<double>(*white));
    if (!words || picture.full_scale > 255)
      for (float& value : picture.values) value = std::min(1.0f, value * factor);
    picture.full_scale = static_cast<double>(*white);
  }
  return picture;
}

std::string shown(double value) {
  return formatted("%.6g", value);
}

// The colours in [0, 1], 1 where the file has `white`.
void scale_to_white(const fs::path& path, const std::optional<White>& white, double full_scale,
                    Eigen::Ref<Eigen::MatrixXf> colours, std::vector<std::string>& notes) {
  if (!colours.allFinite()) throw Error(path.string() + " has values that are not finite");
  const double least = full_scale * colours.minCoeff(), most = full_scale * colours.maxCoeff();
  if (least < 0)
    throw Error(path.string() + " has negative values, down to " + shown(least) +
                "; pictures have values from 0 to white");
  if (white) {
    const double value = white->value > 0 ? white->value : most;
    if (white->value == 0 && most > 0)
      notes.push_back(path.string() + ": its largest value, " + shown(most) + ", is white");
    if (most > value)
      notes.push_back(path.string() + ": values beyond white are clipped; the largest is " + shown(most));
    if (value > 0) colours = (colours / static_cast<float>(value / full_scale)).cwiseMin(1.0f).eval();
    return;
  }
  if (most > full_scale)
    throw Error(path.string() + " has floating-point values up to " + shown(most) +
                ", and white is 1: give the value that is white, or auto for the largest");
  constexpr double largest_of_14_bits = 16383;
  if (full_scale == 65535 && most > 0 && most <= largest_of_14_bits)
    notes.push_back(path.string() + ": its largest value is " + shown(most) +
                    " of 65535, so that it looks black; white auto, or a value, makes it brighter");
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
  const codecs::Picture picture = decode(path, edits.page, notes);
  using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Image image(picture.height, picture.width,
              Eigen::Map<const RowMajor>(picture.values.data(), Eigen::Index(picture.height) * picture.width,
                                         picture.channels));
  scale_to_white(path, edits.white, picture.full_scale, image.pixels.leftCols(std::min(3, image.channels())),
                 notes);
  if (image.channels() == 4) {
    image.pixels.col(3) = image.pixels.col(3).cwiseMax(0.0f).cwiseMin(1.0f).eval();
    if (image.pixels.col(3).minCoeff() < 1)
      notes.push_back(path.string() + " is partly transparent: composited over white");
    image = composite_over_white(image);
  }
  if (is_grey(image)) image.pixels = Eigen::MatrixXf(image.pixels.col(0));
  image = edited(std::move(image), edits);
  if (const int side = std::max(image.width, image.height); side > longest_side)
    throw Error(path.string() + " is " + std::to_string(side) + " pixels long; at most " +
                std::to_string(longest_side) + " are possible: crop or resize it");
  return image;
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
  std::error_code error, ignored;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->is_regular_file(ignored) && has_image_extension(entry->path())) files.push_back(entry->path());
  if (error) throw Error("cannot read the folder " + folder.string() + ": " + error.message());
  if (files.empty())
    throw Error("the folder " + folder.string() + " holds no picture (" + picture_formats + ")");
  std::sort(files.begin(), files.end());
  return files;
}

void save_png(const fs::path& path, const Image& image) {
  const int channels = image.channels() >= 3 ? 3 : 1;
  std::vector<unsigned char> samples;
  samples.reserve(static_cast<std::size_t>(image.pixels.rows() * channels));
  for (Eigen::Index i = 0; i < image.pixels.rows(); ++i)
    for (int c = 0; c < channels; ++c)
      samples.push_back(
          static_cast<unsigned char>(std::lround(255 * std::clamp(image.pixels(i, c), 0.0f, 1.0f))));
  AtomicFile file(path);
  write_png({channels == 3 ? PixelLayout::rgb : PixelLayout::grey, image.width, image.height,
             static_cast<std::size_t>(image.width) * static_cast<std::size_t>(channels), samples.data()},
            file.stream());
  file.commit();
}

void save_tiff(const fs::path& path, const Image& image) {
  const int channels = image.channels() >= 3 ? 3 : 1;
  const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> values =
      image.pixels.leftCols(channels);
  std::vector<unsigned char> bytes;
  std::string why;
  if (!image_codecs().encode_tiff(image.height, image.width, channels, values.data(), bytes, why))
    throw Error("cannot encode " + path.string() + ": " + why);
  write_file(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace isr
