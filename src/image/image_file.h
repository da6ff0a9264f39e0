// Pictures from files, and back.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"

namespace isr {

// A part of a picture, for --crop.
struct Crop {
  int width = 0, height = 0;
  std::optional<int> left, top;  // absent: the middle
};

// The value in a file that is white, 1 in memory.
struct White {
  double value = 0;  // 0: the largest in the file
};

// How a picture is read, and what is done to it then, in this order.
struct ImageEdits {
  std::optional<int> page;  // --page: of a TIFF file, from 1; absent: the first, and it is said where there
                            // are more
  std::optional<White> white;  // --white; absent: the largest value of the file's type; 1 for floating point
  std::optional<Crop> crop;    // --crop: keep only this part
  std::string resize;  // --resize: "WIDTHxHEIGHT", "N" (the longer side, in proportion) or "N%"; empty: as it
                       // is. Averages when it makes the picture smaller, cubic when larger
  bool gray = false;   // --gray: one channel, 0.299 R + 0.587 G + 0.114 B
};

// "WIDTHxHEIGHT" (from the middle) or "WIDTHxHEIGHT+LEFT+TOP". Throws UsageError when `text` is neither.
Crop parse_crop(const std::string& text);

// "auto" or a positive number. Throws UsageError when `text` is neither.
White parse_white(const std::string& text);

// Reads a PNG, JPEG, TIFF, BMP, WebP, PGM, PPM or PBM file of 8 or 16 bits (TIFF also floating point): values
// in [0, 1], what is beyond white clipped; grey or RGB, turned upright by its EXIF orientation. Alpha is
// composited over white; a colour file whose three channels are equal becomes grey. What was done that the
// user did not ask for is appended to `notes`, a sentence each; so is the largest value of a file of 16 bits
// that uses at most 14 of them and looks black. Throws Error, naming the file and what is wrong, when it is
// missing, empty, damaged, cut short, not a picture, has no such page, has floating-point values below 0, or
// beyond 1 without `white`, is larger than 100 million pixels, or after the edits longer than 65536 pixels;
// UsageError when an edit does not fit the picture.
Image load_image(const std::filesystem::path& path, const ImageEdits& edits, std::vector<std::string>& notes);

// The edits alone.
Image edited(Image image, const ImageEdits& edits);

// The picture; where a side has more than `longest` pixels, made smaller in proportion by averages, so that
// it has so many.
Image shrunk(Image image, int longest);

// Whether the name ends like that of a picture file (.png, .jpg, .jpeg, .tif, .tiff, .bmp, .webp, .pgm, .ppm,
// .pbm, .pnm), in capitals or not.
bool has_image_extension(const std::filesystem::path& path);

// The picture files of a folder, by name. Throws Error when it holds none.
std::vector<std::filesystem::path> image_files_in(const std::filesystem::path& folder);

// Writes an 8-bit PNG, grey or RGB (of more channels the first three), values clipped to [0, 1] and rounded;
// whole or not at all. Throws Error.
void save_png(const std::filesystem::path& path, const Image& image);

// Writes a TIFF of 32-bit floating point, grey or RGB (of more channels the first three), values as they are;
// whole or not at all. Throws Error.
void save_tiff(const std::filesystem::path& path, const Image& image);

}  // namespace isr
