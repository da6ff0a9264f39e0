#include "report/recovery_report.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/atomic_file.h"
#include "base/foreign_text.h"
#include "base/npy.h"
#include "base/parallel.h"
#include "base/text.h"
#include "image/image_file.h"
#include "metrics/metrics.h"
#include "report/drawing.h"
#include "report/grid.h"

namespace isr {
namespace {

constexpr std::size_t longest_stem = 120;  // bytes of a name that is made longer; names have at most 255

std::string quality_caption(const ResultRow& row, bool with_ssim) {
  if (!row.psnr) return row.relative_residual ? "residual " + scientific(*row.relative_residual, 2) : "";
  if (std::isinf(*row.psnr)) return "exact";
  const std::string decibels = formatted("%.2f dB", *row.psnr);
  return with_ssim && row.ssim ? decibels + formatted(", SSIM %.3f", *row.ssim) : decibels;
}

// Digits are titled by what they show, pictures by their file's name.
std::string row_title(const LabelledImage& subject) {
  if (!subject.label.empty()) return "“" + subject.label + "”";
  return std::filesystem::path(subject.source).filename().string();
}

// From black to white, 0 to 1.
Image drawn(const RecoveryReport& report, const Image& image) {
  if (report.black == 0 && report.white == 1) return image;
  return {image.height, image.width,
          Eigen::MatrixXf((image.pixels.array() - report.black) / (report.white - report.black))};
}

Grid combined_grid(const RecoveryReport& report) {
  Grid grid;
  const bool wide = report.recovered[0][0].width > 100;  // room for a longer caption
  if (report.has_truth()) grid.columns.push_back("Original");
  for (std::size_t m = 0; m < report.methods.size(); ++m)
    grid.columns.push_back({report.methods[m].title, report.row(0, m).depth});
  for (std::size_t i = 0; i < report.subjects.size(); ++i) {
    grid.rows.push_back(row_title(report.subjects[i]));
    std::vector<GridCell> line;
    if (report.has_truth()) line.push_back({report.subjects[i].image, ""});
    for (std::size_t m = 0; m < report.methods.size(); ++m)
      line.push_back({drawn(report, report.recovered[i][m]), quality_caption(report.row(i, m), wide)});
    grid.cells.push_back(std::move(line));
  }
  grid.note = report.note + iterations_note(report.rows);
  if (report.has_truth()) grid.note += wide ? "; PSNR and SSIM under each" : "; PSNR under each";
  return grid;
}

Grid method_grid(const RecoveryReport& report, std::size_t method) {
  Grid grid;
  grid.title = report.methods[method].title;
  grid.note = report.note;
  if (!report.has_truth()) {
    grid.columns = {"Recovered"};
    for (std::size_t i = 0; i < report.subjects.size(); ++i) {
      grid.rows.push_back(row_title(report.subjects[i]));
      grid.cells.push_back(
          {{drawn(report, report.recovered[i][method]), quality_caption(report.row(i, method), false)}});
    }
    return grid;
  }
  grid.columns = {"Original", "Recovered", "Absolute error"};
  std::vector<Image> errors;
  float most = 0;
  for (std::size_t i = 0; i < report.subjects.size(); ++i) {
    errors.push_back(absolute_error(report.recovered[i][method], report.subjects[i].image));
    most = std::max(most, errors.back().pixels.maxCoeff());
  }
  grid.colour_bar = ColourBar{"|error|", most};
  for (std::size_t i = 0; i < report.subjects.size(); ++i) {
    const ResultRow& row = report.row(i, method);
    grid.rows.push_back(row_title(report.subjects[i]));
    grid.cells.push_back(
        {{report.subjects[i].image, ""},
         {report.recovered[i][method], quality_caption(row, false)},
         {colour_mapped(errors[i], most), "relative " + scientific(*row.relative_error, 2)}});
  }
  return grid;
}

using Shape = std::vector<std::int64_t>;

std::vector<std::string> write_recovered(const OutputDirectory& out, const RecoveryReport& report) {
  std::map<Shape, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < report.subjects.size(); ++i)
    groups[shape_of(report.recovered[i][0])].push_back(i);
  std::vector<std::string> names;
  for (const auto& [picture_shape, subjects] : groups) {
    std::vector<float> values;
    for (const std::size_t i : subjects)
      for (const Image& image : report.recovered[i])
        for (Eigen::Index k = 0; k < image.pixels.rows(); ++k)
          for (Eigen::Index c = 0; c < image.pixels.cols(); ++c) values.push_back(image.pixels(k, c));
    Shape shape{static_cast<std::int64_t>(subjects.size()), static_cast<std::int64_t>(report.methods.size())};
    shape.insert(shape.end(), picture_shape.begin(), picture_shape.end());
    names.push_back(groups.size() == 1 ? "recovered.npy"
                                       : "recovered-" + std::to_string(names.size() + 1) + ".npy");
    write_npy(out.file(names.back()), shape, values);
  }
  return names;
}

}  // namespace

std::string iterations_note(const std::vector<ResultRow>& rows) {
  const auto alike = [&](const ResultRow& row) {
    return row.stop_reason == "iterations" && row.iterations == rows[0].iterations;
  };
  if (rows.empty() || !std::all_of(rows.begin(), rows.end(), alike)) return "";
  return ", after " + grouped(static_cast<double>(*rows[0].iterations)) + " iterations";
}

void choose_shown_range(RecoveryReport& report) {
  constexpr float far = 0.25f;  // beyond 0 to 1, or of it
  std::vector<float> values;
  for (const auto& methods : report.recovered)
    for (const Image& image : methods)
      values.insert(values.end(), image.pixels.data(), image.pixels.data() + image.pixels.size());
  const auto percentile = [&](std::size_t percent) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) * percent / 100);
    std::nth_element(values.begin(), place, values.end());
    return *place;
  };
  if (values.empty()) return;
  const float low = percentile(1), high = percentile(99);
  if (!(low < high) || (low >= -far && high >= far && high <= 1 + far)) return;
  report.black = std::abs(low) < 1e-3f * high ? 0 : low;
  report.white = high;
  report.note += "; black is " + scientific(report.black, 3) + ", white " + scientific(high, 3);
}

std::vector<std::int64_t> shape_of(const Image& image) {
  Shape shape{image.height, image.width};
  if (image.channels() > 1) shape.push_back(image.channels());
  return shape;
}

std::string picture_file(const RecoveryReport& report, std::size_t subject, std::size_t method,
                         const std::string& extension) {
  std::string stem = std::filesystem::path(report.subjects[subject].source).stem().string();
  for (char& c : stem)
    if (c == ':' || c == '/') c = '-';
  stem = cut(stem, longest_stem);
  return "recovered/" + std::to_string(subject + 1) + "-" + stem + "-" + report.methods[method].stem +
         extension;
}

void set_quality(ResultRow& row, const Image& recovered, const Image& truth, const Eigen::MatrixXf& w) {
  row.support = support_size(Eigen::Map<const Eigen::VectorXf>(w.data(), w.size()));
  if (truth.width == 0) return;
  row.relative_error =
      relative_error(Eigen::Map<const Eigen::VectorXf>(recovered.pixels.data(), recovered.pixels.size()),
                     Eigen::Map<const Eigen::VectorXf>(truth.pixels.data(), truth.pixels.size()));
  row.mse = mse(recovered, truth);
  row.psnr = psnr(recovered, truth);
  row.ssim = ssim(recovered, truth);
}

std::size_t report_bytes(std::size_t pictures, std::size_t methods, int height, int width, int channels) {
  const auto grids = std::min(static_cast<std::size_t>(thread_count()), methods + 1);
  // Each holds what it draws: the original, what was recovered, and the error in colours.
  const std::size_t drawn = pictures * static_cast<std::size_t>(height) * static_cast<std::size_t>(width) *
                            static_cast<std::size_t>(2 * channels + 3) * sizeof(float);
  const std::size_t most =
      std::max(grid_bytes(pictures, methods + 1, height, width), grid_bytes(pictures, 3, height, width));
  return grids * (most + drawn);
}

std::vector<std::string> write_recovery_report(const OutputDirectory& out, const RecoveryReport& report,
                                               const nlohmann::ordered_json& document) {
  std::vector<std::string> names{"figure.png", "figure.pdf"};
  for (const auto& method : report.methods) names.push_back(method.stem + ".png");
  const Grid figure = combined_grid(report);
  parallel_for(names.size(), [&](std::size_t page) {
    write_grid(out.file(names[page]), page < 2 ? figure : method_grid(report, page - 2));
  });
  std::vector<std::size_t> large;
  for (std::size_t i = 0; i < report.subjects.size(); ++i)
    if (std::max(report.recovered[i][0].width, report.recovered[i][0].height) > 64) large.push_back(i);
  parallel_for(large.size() * report.methods.size(), [&](std::size_t k) {
    const std::size_t i = large[k / report.methods.size()], m = k % report.methods.size();
    save_png(out.file(picture_file(report, i, m, ".png")), drawn(report, report.recovered[i][m]));
  });
  if (!large.empty()) names.push_back("recovered/*.png");
  for (const auto& name : write_recovered(out, report)) names.push_back(name);
  write_file(out.file("results.csv"), to_csv(report.rows));
  write_file(out.file("results.json"), document.dump(2) + "\n");
  names.insert(names.end(), {"results.csv", "results.json"});
  return names;
}

}  // namespace isr
