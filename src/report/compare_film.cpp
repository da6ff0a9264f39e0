#include "report/compare_film.h"

#include <webp/encode.h>
#include <webp/mux.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/text.h"
#include "report/drawing.h"

namespace isr {
namespace {

constexpr double film_margin = 18, film_gap = 12, header = 44, caption = 34, smallest = 140, largest = 320,
                 thinnest_cell = 12;         // a picture of one row is drawn higher than it is, to be seen
constexpr double longest_webp_side = 16383;  // pixels: WebP's limit
constexpr double most_film_pixels = 1 << 22;

struct FilmLayout {
  double cell = 0;
  std::size_t columns = 0, rows = 0;
  double width = 0, height = 0;  // in units
  double scale = 1;              // pixels a unit: fewer than 1 where the film would be too large

  explicit FilmLayout(const Comparison& comparison)
      : columns(comparison.depths.size() + 1), rows(comparison.images.size() * comparison.variants.size()) {
    int side = 1;
    for (const auto& image : comparison.images)
      side = std::max({side, image.image.width, image.image.height});
    cell = side < smallest ? side * std::ceil(smallest / side) : std::min<double>(side, largest);
    width = std::floor(2 * film_margin + static_cast<double>(columns) * (cell + film_gap) - film_gap);
    height = std::floor(header + static_cast<double>(rows) * (cell + caption) + film_margin);
    scale = std::min(
        {1.0, longest_webp_side / std::max(width, height), std::sqrt(most_film_pixels / (width * height))});
  }

  int pixel_width() const { return std::max(1, static_cast<int>(scale * width)); }
  int pixel_height() const { return std::max(1, static_cast<int>(scale * height)); }
};

struct SurfaceDeleter {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
};

struct TimeRange {
  double first = 0, last = 0;
};

TimeRange time_range(const Comparison& comparison) {
  TimeRange range{comparison.paths[0].moments[0].flow_time, 0};
  for (const auto& path : comparison.paths) {
    range.first = std::min(range.first, path.moments[0].flow_time);
    range.last = std::max(range.last, std::min(path.settled_time, path.moments.back().flow_time));
  }
  return range;
}

// The moment nearest to τ in log τ.
std::size_t moment_at(const ComparedPath& path, double time) {
  const auto after = std::lower_bound(path.moments.begin(), path.moments.end(), time,
                                      [](const PathMoment& m, double t) { return m.flow_time < t; });
  if (after == path.moments.begin()) return 0;
  const auto i = static_cast<std::size_t>(after - path.moments.begin());
  if (i == path.moments.size()) return i - 1;
  return path.moments[i].flow_time * path.moments[i - 1].flow_time < time * time ? i : i - 1;
}

void draw_cell(cairo_t* cairo, const Image& image, const std::string& name, Rgb colour,
               const std::string& value, double x, double y, double cell) {
  const double scale = cell / std::max(image.width, image.height);
  draw_image(cairo, image, x, y, std::max(scale * image.width, thinnest_cell),
             std::max(scale * image.height, thinnest_cell));
  draw_text(cairo, name, x, y + cell + 17, 13.5, Align::left, colour, true);
  draw_text(cairo, value, x + cell, y + cell + 17, 13.5, Align::right, soft_ink);
}

void draw_frame(cairo_t* cairo, const Comparison& comparison, const FilmLayout& layout, double time,
                const TimeRange& range) {
  cairo_set_source_rgb(cairo, 1, 1, 1);
  cairo_paint(cairo);
  draw_text(cairo, "flow time τ = " + scientific(time, 3), film_margin, 28, 16, Align::left, ink, true);
  const double from = film_margin + text_width(cairo, "flow time τ = 8.88 × 10⁻⁸", 16, true) + 14,
               to = layout.width - film_margin;
  cairo_set_source_rgb(cairo, frame_grey.r, frame_grey.g, frame_grey.b);
  cairo_rectangle(cairo, from, 21, to - from, 4);
  cairo_fill(cairo);
  cairo_set_source_rgb(cairo, 0.12, 0.37, 0.75);
  cairo_rectangle(cairo, from, 21,
                  (to - from) * std::log(time / range.first) / std::log(range.last / range.first), 4);
  cairo_fill(cairo);
  for (std::size_t row = 0; row < layout.rows; ++row) {
    const std::size_t i = row / comparison.variants.size(), v = row % comparison.variants.size();
    const double y = header + static_cast<double>(row) * (layout.cell + caption);
    const LabelledImage& truth = comparison.images[i];
    draw_cell(cairo, truth.image, "original", ink, comparison.variants[v].short_name, film_margin, y,
              layout.cell);
    for (std::size_t d = 0; d < comparison.depths.size(); ++d) {
      const ComparedPath& path = comparison.path(i, v, d);
      const std::size_t moment = moment_at(path, time);
      draw_cell(cairo, path.pictures.image(moment), "N = " + std::to_string(path.depth),
                depth_colour(path.depth), psnr_text(path.moments[moment].psnr),
                film_margin + static_cast<double>(d + 1) * (layout.cell + film_gap), y, layout.cell);
    }
  }
}

[[noreturn]] void fail() {
  throw Error("libwebp could not encode the film of the comparison");
}

// Owns libwebp's encoder and the frame that it is given.
class FilmEncoder {
 public:
  FilmEncoder(int width, int height, float quality) {
    WebPAnimEncoderOptions options;
    if (!WebPAnimEncoderOptionsInit(&options) || !WebPConfigInit(&config_) || !WebPPictureInit(&picture_))
      fail();
    encoder_.reset(WebPAnimEncoderNew(width, height, &options));
    if (!encoder_) fail();
    config_.quality = quality;
    config_.method = 1;  // of 0 (fast) to 6 (small)
    picture_.width = width;
    picture_.height = height;
    picture_.use_argb = 1;
  }
  ~FilmEncoder() { WebPPictureFree(&picture_); }
  FilmEncoder(const FilmEncoder&) = delete;
  FilmEncoder& operator=(const FilmEncoder&) = delete;

  // bgrx: Cairo's RGB24 on a little-endian machine.
  void add(const unsigned char* bgrx, int stride, int milliseconds) {
    if (!WebPPictureImportBGRX(&picture_, bgrx, stride)) fail();
    if (!WebPAnimEncoderAdd(encoder_.get(), &picture_, time_, &config_)) fail();
    time_ += milliseconds;
  }

  std::string finish() {
    WebPData data;
    WebPDataInit(&data);
    if (!WebPAnimEncoderAdd(encoder_.get(), nullptr, time_, nullptr) ||
        !WebPAnimEncoderAssemble(encoder_.get(), &data))
      fail();
    std::string bytes(reinterpret_cast<const char*>(data.bytes), data.size);
    WebPDataClear(&data);
    return bytes;
  }

 private:
  struct Deleter {
    void operator()(WebPAnimEncoder* encoder) const { WebPAnimEncoderDelete(encoder); }
  };
  std::unique_ptr<WebPAnimEncoder, Deleter> encoder_;
  WebPConfig config_;
  WebPPicture picture_;
  int time_ = 0;
};

}  // namespace

void write_film(const std::filesystem::path& path, const Comparison& comparison, const FilmOptions& options) {
  const FilmLayout layout(comparison);
  const TimeRange range = time_range(comparison);
  FilmEncoder encoder(layout.pixel_width(), layout.pixel_height(), options.quality);
  const std::unique_ptr<cairo_surface_t, SurfaceDeleter> surface(
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, layout.pixel_width(), layout.pixel_height()));
  const std::unique_ptr<cairo_t, SurfaceDeleter> cairo(cairo_create(surface.get()));
  cairo_scale(cairo.get(), layout.scale, layout.scale);
  for (int i = 0; i < options.frames; ++i) {
    const double share = options.frames > 1 ? static_cast<double>(i) / (options.frames - 1) : 1;
    const double time = range.first * std::pow(range.last / range.first, share);
    draw_frame(cairo.get(), comparison, layout, time, range);
    cairo_surface_flush(surface.get());
    encoder.add(cairo_image_surface_get_data(surface.get()), cairo_image_surface_get_stride(surface.get()),
                i + 1 == options.frames ? 2000 : options.milliseconds);
  }
  write_file(path, encoder.finish());
}

}  // namespace isr
