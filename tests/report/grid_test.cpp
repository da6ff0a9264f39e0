#include "report/grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/test_files.h"
#include "report/drawing.h"
#include "report/png_file.h"

namespace isr {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A 7 × 5 picture of 35 colours that appear nowhere else in a figure.
Image colours() {
  Image image(7, 5, 3);
  for (int k = 0; k < 35; ++k) {
    image.pixels(k, 0) = 1;
    image.pixels(k, 1) = static_cast<float>(10 + k) / 255;
    image.pixels(k, 2) = static_cast<float>(100 + k) / 255;
  }
  return image;
}

Grid grid_of(const Image& image) {
  Grid grid;
  grid.title = "Title";
  grid.note = "Note";
  grid.columns = {"Original", "N = 2"};
  grid.rows = {"“5”"};
  grid.cells = {{{image, ""}, {image, "20.45 dB"}}};
  return grid;
}

TEST(Grid, EnlargedPixelsAreSharpSquaresOfOneSize) {
  const TemporaryFolder folder;
  Grid grid = grid_of(colours());
  grid.cells[0].resize(1);
  write_grid(folder / "grid.png", grid);
  const Png png(folder / "grid.png");
  ASSERT_GT(png.width, 0);
  struct Box {
    int left, right, top, bottom;
    long count;
  };
  std::map<std::uint32_t, Box> boxes;
  for (int row = 0; row < png.height; ++row)
    for (int col = 0; col < png.width; ++col) {
      const std::uint32_t colour = png.pixels[static_cast<std::size_t>(row * png.width + col)];
      if (colour >> 16 != 255 || (colour & 0xFF) > 140) continue;
      auto [it, first] = boxes.try_emplace(colour, Box{col, col, row, row, 0});
      Box& box = it->second;
      box = {std::min(box.left, col), std::max(box.right, col), box.top, row, box.count + 1};
    }
  ASSERT_EQ(boxes.size(), 35u);  // no mixed colours
  int k = 0;
  const Box origin = boxes.begin()->second;
  const int side = origin.right - origin.left + 1;
  EXPECT_GE(side, 30);
  for (const auto& [colour, box] : boxes) {
    EXPECT_EQ(box.right - box.left + 1, side);
    EXPECT_EQ(box.bottom - box.top + 1, side);
    EXPECT_EQ(box.count, static_cast<long>(side) * side);
    EXPECT_EQ(box.left, origin.left + k % 5 * side);
    EXPECT_EQ(box.top, origin.top + k / 5 * side);
    ++k;
  }
}

TEST(Grid, ValuesOutsideZeroToOneAreClippedAndTitlesMayBeMissing) {
  Image image(2, 1);
  image.pixels << -3, 5;
  const TemporaryFolder folder;
  Grid grid;
  grid.cells = {{{image, ""}}};
  write_grid(folder / "grid.png", grid);
  const Png png(folder / "grid.png");
  EXPECT_GE(std::count(png.pixels.begin(), png.pixels.end(), 0x000000u), 10000);
}

TEST(Grid, PdfHoldsTextInTheFiguresTypeface) {
  const TemporaryFolder folder;
  write_grid(folder / "grid.pdf", grid_of(colours()));
  const std::string pdf = contents_of(folder / "grid.pdf");
  EXPECT_THAT(pdf, StartsWith("%PDF-"));
  EXPECT_THAT(pdf, HasSubstr("DejaVuSans"));  // embedded, so that the text is text
}

TEST(Grid, SameGridGivesTheSameBytes) {
  const TemporaryFolder folder;
  for (const char* name : {"a.png", "b.png", "a.pdf", "b.pdf"}) write_grid(folder / name, grid_of(colours()));
  EXPECT_EQ(contents_of(folder / "a.png"), contents_of(folder / "b.png"));
  EXPECT_EQ(contents_of(folder / "a.pdf"), contents_of(folder / "b.pdf"));
}

TEST(Grid, EveryPartChangesThePicture) {
  const TemporaryFolder folder;
  const auto bytes_of = [&](const Grid& grid) {
    write_grid(folder / "x.png", grid);
    return contents_of(folder / "x.png");
  };
  const Grid grid = grid_of(colours());
  const std::string original = bytes_of(grid);
  std::vector<Grid> changed(6, grid);
  changed[0].title = "Another";
  changed[1].note = "Another";
  changed[2].columns[1] = "N = 3";
  changed[3].rows[0] = "“4”";
  changed[4].cells[0][1].caption = "20.46 dB";
  changed[5].colour_bar = ColourBar{"|error|", 0.5};
  for (std::size_t i = 0; i < changed.size(); ++i) EXPECT_NE(bytes_of(changed[i]), original) << i;
}

TEST(Grid, BlankCellsAndFolderThatIsMissing) {
  const TemporaryFolder folder;
  Grid grid = grid_of(colours());
  grid.cells[0][1].image = Image();
  EXPECT_NO_THROW(write_grid(folder / "grid.png", grid));
  EXPECT_EQ(error_of([&] { write_grid(folder / "none/grid.png", grid); }),
            "cannot write " + (folder / "none/grid.png").string() + ": the folder does not exist");
}

TEST(Grid, PictureLongerThanCairoHoldsIsShrunkAndThickEnoughToSee) {
  const TemporaryFolder folder;
  for (const auto& [height, width] : {std::pair{1, 40'000}, {32'768, 1}}) {
    write_grid(folder / "grid.png", grid_of(Image(height, width)));  // black
    const Png png(folder / "grid.png");
    // Two strips of 420 × 12 units, at two pixels a unit, less their frames.
    EXPECT_GE(std::count(png.pixels.begin(), png.pixels.end(), 0x000000u), 2 * 830 * 20) << width;
    write_grid(folder / "grid.pdf", grid_of(Image(height, width)));
    EXPECT_LT(std::filesystem::file_size(folder / "grid.pdf"), 100'000u) << width;
  }
}

// The most columns that differ from white on a line of pixels, from `left` on.
int ink_width(const Png& png, int row, int left, int right) {
  int first = right, last = left - 1;
  for (int col = left; col < right; ++col)
    if (png.at(row, col) != 0xFFFFFF) {
      first = std::min(first, col);
      last = std::max(last, col);
    }
  return std::max(0, last - first + 1);
}

TEST(Grid, CaptionsWiderThanThePicturesAreNotCut) {
  const TemporaryFolder folder;
  Grid grid;
  const std::string caption = "123.45 dB, SSIM 0.999, and a long word at its end";
  grid.cells = {{{Image(28, 28), caption}, {Image(28, 28), caption}}};
  write_grid(folder / "grid.png", grid);
  const Png png(folder / "grid.png");
  // Below the pictures, which are black, each caption keeps to its half and is as wide as it is.
  int bottom = 0;
  for (int row = 0; row < png.height; ++row)
    for (int col = 0; col < png.width; ++col)
      if (png.at(row, col) == 0) bottom = std::max(bottom, row);
  const double expected = 2 * text_width(caption, 13.5);
  int widest[2] = {0, 0};
  for (int row = bottom + 4; row < png.height; ++row) {
    EXPECT_EQ(ink_width(png, row, png.width / 2 - 8, png.width / 2 + 8), 0) << row;
    for (const int half : {0, 1})
      widest[half] =
          std::max(widest[half], ink_width(png, row, half * png.width / 2, (half + 1) * png.width / 2));
  }
  for (const int half : {0, 1}) EXPECT_NEAR(widest[half], expected, 12);
  EXPECT_GT(expected, 300);  // wider than a picture
}

TEST(Grid, ColumnsWrapBeyondEight) {
  EXPECT_EQ(arranged(1, 8, 180, 200).bands, 1u);
  const GridArrangement sixteen = arranged(1, 16, 180, 200);
  EXPECT_EQ(sixteen.across, 8u);
  EXPECT_EQ(sixteen.bands, 2u);
  EXPECT_EQ(arranged(1, 17, 180, 200).across, 6u);
  EXPECT_EQ(arranged(3, 4, 180, 200).blocks, 1u);

  const TemporaryFolder folder;
  Grid grid;
  grid.cells = {std::vector<GridCell>(16, GridCell{Image(28, 28), "20.00 dB"})};
  for (int i = 0; i < 16; ++i) grid.columns.push_back("N = " + std::to_string(i));
  write_grid(folder / "grid.png", grid);
  const Png png(folder / "grid.png");
  EXPECT_LT(png.width, 2 * 9 * (168 + 14));
  EXPECT_GT(png.height, 2 * 2 * 168);
}

TEST(Grid, ManyRowsAreSetBesideEachOtherToFillAPage) {
  for (const std::size_t rows : {10u, 40u, 200u}) {
    const GridArrangement order = arranged(rows, 4, 182, 200);
    EXPECT_EQ(order.rows, rows);
    EXPECT_GE(order.blocks * order.rows_per_block, rows);
    const double ratio =
        182.0 * static_cast<double>(4 * order.blocks) / (200.0 * static_cast<double>(order.rows_per_block));
    EXPECT_GT(ratio, 0.45) << rows;
    EXPECT_LT(ratio, 2.2) << rows;
  }
}

TEST(Grid, ThousandsOfPicturesEndWhereAFigureIsFullAndSaySo) {
  const GridArrangement order = arranged(10000, 4, 182, 200);
  EXPECT_LT(order.rows, 10000u);
  EXPECT_LE(182.0 * 200 * 4 * static_cast<double>(order.rows), 40e6);
  const TemporaryFolder folder;
  Grid grid;
  grid.cells.assign(2000, {GridCell{Image(28, 28), ""}});
  write_grid(folder / "grid.pdf", grid);
  grid.note = "the first 1,207 of 2,000 rows";
  grid.cells.resize(1207);
  write_grid(folder / "same.pdf", grid);
  EXPECT_EQ(std::filesystem::file_size(folder / "grid.pdf"), std::filesystem::file_size(folder / "same.pdf"));
}

TEST(AbsoluteError, IsTheLargestOfTheChannels) {
  Image truth(1, 2, 3), recovered(1, 2, 3);
  truth.pixels << 0, 0, 0, 1, 1, 1;
  recovered.pixels << 0.1f, -0.5f, 0.2f, 1, 1, 1;
  const Image error = absolute_error(recovered, truth);
  EXPECT_EQ(error.channels(), 1);
  EXPECT_EQ(error.pixels(0), 0.5f);
  EXPECT_EQ(error.pixels(1), 0);
}

// A sequential map: lightness (Rec. 709 luma) rises with the value.
TEST(ColourMapped, LightnessRisesFromZeroToMost) {
  Image values(1, 64);
  for (int i = 0; i < 64; ++i) values.pixels(i) = 0.25f * static_cast<float>(i) / 63;
  const Image mapped = colour_mapped(values, 0.25);
  const Eigen::VectorXf luma = mapped.pixels * Eigen::Vector3f(0.2126f, 0.7152f, 0.0722f);
  EXPECT_LT(luma(0), 0.02);
  EXPECT_GT(luma(63), 0.9);
  for (Eigen::Index i = 1; i < 64; ++i) EXPECT_GE(luma(i), luma(i - 1) - 0.005f) << i;
  const Image zero = colour_mapped(Image(1, 3), 0);  // no error at all
  EXPECT_LT(zero.pixels.maxCoeff(), 0.05f);
}

}  // namespace
}  // namespace isr
