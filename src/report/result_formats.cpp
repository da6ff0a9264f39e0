#include "report/result_formats.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "base/error.h"
#include "formats/mat_file.h"
#include "image/image_file.h"

namespace isr {
namespace {

// MATLAB's names have no "-".
std::string variable_name(std::string stem) {
  std::replace(stem.begin(), stem.end(), '-', '_');
  return stem;
}

// First index fastest: down, across, channels, pictures.
mat::NamedFloats variable_of(const RecoveryReport& report, const std::vector<std::size_t>& subjects,
                             std::size_t method, bool pictures) {
  const Image& first = report.recovered[subjects[0]][method];
  const auto height = static_cast<std::size_t>(first.height), width = static_cast<std::size_t>(first.width);
  const auto channels = static_cast<std::size_t>(first.channels());
  mat::NamedFloats variable{variable_name(report.methods[method].stem), {}, {}};
  if (pictures)
    variable.shape = {height, width};
  else
    variable.shape = {width};
  if (channels > 1) variable.shape.push_back(channels);
  if (subjects.size() > 1 || variable.shape.size() < 2) variable.shape.push_back(subjects.size());
  for (const std::size_t subject : subjects) {
    const Image& image = report.recovered[subject][method];
    for (int c = 0; c < image.channels(); ++c)
      for (int column = 0; column < image.width; ++column)
        for (int row = 0; row < image.height; ++row) variable.values.push_back(image.at(row, column, c));
  }
  return variable;
}

std::vector<std::string> write_mat_files(const OutputDirectory& out, const RecoveryReport& report,
                                         bool pictures) {
  std::map<std::vector<std::int64_t>, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < report.subjects.size(); ++i)
    groups[shape_of(report.recovered[i][0])].push_back(i);
  std::vector<std::string> names;
  for (const auto& [shape, subjects] : groups) {
    std::vector<mat::NamedFloats> variables;
    for (std::size_t m = 0; m < report.methods.size(); ++m)
      variables.push_back(variable_of(report, subjects, m, pictures));
    names.push_back(groups.size() == 1 ? "recovered.mat"
                                       : "recovered-" + std::to_string(names.size() + 1) + ".mat");
    write_mat(out.file(names.back()), variables);
  }
  return names;
}

}  // namespace

ResultFormats parse_result_formats(const std::string& text) {
  ResultFormats formats;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) {
    if (word == "mat")
      formats.mat = true;
    else if (word == "tiff")
      formats.tiff = true;
    else if (word != "npy")
      throw UsageError("out-format must be npy, mat and tiff, comma-separated; got " + text);
  }
  return formats;
}

std::vector<std::string> write_result_formats(const OutputDirectory& out, const RecoveryReport& report,
                                              const ResultFormats& formats, bool pictures) {
  std::vector<std::string> names;
  if (formats.mat) names = write_mat_files(out, report, pictures);
  if (!formats.tiff || !pictures) return names;
  for (std::size_t i = 0; i < report.subjects.size(); ++i)
    for (std::size_t m = 0; m < report.methods.size(); ++m)
      save_tiff(out.file(picture_file(report, i, m, ".tiff")), report.recovered[i][m]);
  names.push_back("recovered/*.tiff");
  return names;
}

}  // namespace isr
