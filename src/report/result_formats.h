// What was recovered, in the formats of other programs.
#pragma once

#include <string>
#include <vector>

#include "report/output_directory.h"
#include "report/recovery_report.h"

namespace isr {

struct ResultFormats {
  bool mat =
      false;  // recovered.mat: a variable for each method, depth_2: height × width [× channels] × pictures
  bool tiff = false;  // recovered/….tiff: each picture in 32-bit floating point, values as they are
};

// "npy" (what is always written), "mat", "tiff", comma-separated. Throws UsageError for anything else.
ResultFormats parse_result_formats(const std::string& text);

// Writes them into `out`; of pictures in several shapes recovered-1.mat, …, in the order of recovered-1.npy.
// Unknowns that are no pictures are columns of the variables. Returns the names of the files.
std::vector<std::string> write_result_formats(const OutputDirectory& out, const RecoveryReport& report,
                                              const ResultFormats& formats, bool pictures);

}  // namespace isr
