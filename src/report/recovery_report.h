// The pictures and numbers of a recovery, as files.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "image/image.h"
#include "report/output_directory.h"
#include "report/results.h"

namespace isr {

// A column of the figure: a depth of the network, or a baseline.
struct ReportedMethod {
  std::string title;  // e.g. "N = 2", "NNLS"
  std::string stem;   // of its files, e.g. "depth-2", "nnls"
};

// Images that were recovered, each by every method.
struct RecoveryReport {
  std::vector<LabelledImage> subjects;  // what was measured; the image is empty where the truth is not known
  std::vector<ReportedMethod> methods;
  std::vector<std::vector<Image>> recovered;  // [subject][method]
  std::vector<ResultRow> rows;                // subject by subject, method by method
  std::string note;                           // how the pictures were made, a line under each figure
  float black = 0, white = 1;                 // the values that are drawn so, and saved so in PNG files

  const ResultRow& row(std::size_t subject, std::size_t method) const {
    return rows[subject * methods.size() + method];
  }
  bool has_truth() const { return !subjects.empty() && subjects[0].image.width > 0; }
};

// ", after 10,000 iterations" where all ran to the same number of them: their pictures are a moment of their
// paths. Otherwise empty.
std::string iterations_note(const std::vector<ResultRow>& rows);

// Of pictures in units that are not known: where they leave 0 to 1 far behind, or use little of it, black and
// white become the 1st and the 99th percentile of their values, and the note says so.
void choose_shown_range(RecoveryReport& report);

// Height, width and, where there are several, channels.
std::vector<std::int64_t> shape_of(const Image& image);

// The name, within the results, of a recovered picture's file of its own: "recovered/1-camera-depth-2.png".
std::string picture_file(const RecoveryReport& report, std::size_t subject, std::size_t method,
                         const std::string& extension);

// Sets the row's errors, PSNR and SSIM against the truth (where it is known), and the support.
// `w` are the coefficients whose support is counted.
void set_quality(ResultRow& row, const Image& recovered, const Image& truth, const Eigen::MatrixXf& w);

// Bytes that write_recovery_report takes beside the pictures it is given, about: of so many pictures by so
// many methods.
std::size_t report_bytes(std::size_t pictures, std::size_t methods, int height, int width, int channels);

// Writes into `out`: figure.png and figure.pdf (all methods beside the original), a grid for each method
// (original, recovered, absolute error), recovered.npy (float32: images, methods, height, width[, channels];
// one file for each shape, recovered-1.npy …, when they differ), results.csv and results.json; of pictures
// larger than 64 pixels also every recovered image as a PNG of its own size. Returns the names of the files.
std::vector<std::string> write_recovery_report(const OutputDirectory& out, const RecoveryReport& report,
                                               const nlohmann::ordered_json& document);

}  // namespace isr
