// The film of `isr compare`: all pictures along one flow time, as an animated WebP.
#pragma once

#include <filesystem>

#include "report/comparison.h"

namespace isr {

struct FilmOptions {
  int frames = 60;         // spread evenly over log τ
  int milliseconds = 120;  // each is shown; the last one for two seconds
  float quality = 75;      // 0 to 100
};

// Rows are images and variants, columns the original and the depths; above them the flow time, under each
// picture its depth and PSNR. It repeats for ever. Written whole or not at all; throws Error when it cannot
// be written.
void write_film(const std::filesystem::path& path, const Comparison& comparison,
                const FilmOptions& options = {});

}  // namespace isr
