#include "image/png_stream.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/test_files.h"
#include "report/png_file.h"

namespace isr {
namespace {

// Rows with a gap behind each.
std::vector<unsigned char> random_bytes(std::size_t count) {
  std::mt19937 random(1);
  std::vector<unsigned char> bytes(count);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
  return bytes;
}

std::uint32_t pixel_of(const PixelRows& rows, int row, int column) {
  const unsigned char* first = rows.first + static_cast<std::size_t>(row) * rows.stride;
  std::uint32_t word = 0;
  switch (rows.layout) {
    case PixelLayout::grey:
      return 0x10101u * first[column];
    case PixelLayout::rgb:
      return std::uint32_t{first[3 * column]} << 16 | std::uint32_t{first[3 * column + 1]} << 8 |
             first[3 * column + 2];
    case PixelLayout::words:
      std::memcpy(&word, first + 4 * column, 4);
      return word & 0xFFFFFF;
  }
  return word;
}

TEST(PngStream, EveryPixelIsReadBackAsItWasInEveryLayout) {
  const TemporaryFolder folder;
  for (const auto& [layout, bytes] :
       {std::pair{PixelLayout::grey, 1}, {PixelLayout::rgb, 3}, {PixelLayout::words, 4}})
    for (const auto& [width, height] : {std::pair{1, 1}, {61, 47}, {301, 5}}) {
      const auto stride = static_cast<std::size_t>(bytes * width + 8);
      const std::vector<unsigned char> samples = random_bytes(stride * static_cast<std::size_t>(height));
      const PixelRows rows{layout, width, height, stride, samples.data()};
      {
        std::ofstream file(folder / "written.png", std::ios::binary);
        write_png(rows, file);
      }
      const Png read(folder / "written.png");
      ASSERT_EQ(read.width, width);
      ASSERT_EQ(read.height, height);
      for (int row = 0; row < height; ++row)
        for (int column = 0; column < width; ++column)
          ASSERT_EQ(read.at(row, column), pixel_of(rows, row, column)) << row << ", " << column;
    }
}

TEST(PngStream, AStreamThatTakesNothingSaysSoItself) {
  const std::vector<unsigned char> samples = random_bytes(3000);
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  write_png({PixelLayout::grey, 60, 50, 60, samples.data()}, out);
  EXPECT_TRUE(out.bad());
  EXPECT_TRUE(out.str().empty());
}

TEST(PngStream, NoPixelsAreRefused) {
  std::ostringstream out;
  EXPECT_THROW(write_png({PixelLayout::rgb, 0, 0, 0, nullptr}, out), Error);
}

}  // namespace
}  // namespace isr
