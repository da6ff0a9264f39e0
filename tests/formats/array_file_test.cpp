#include "formats/array_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/npy.h"
#include "base/test_files.h"
#include "formats/mat_file.h"
#include "image/image_file.h"

namespace isr {
namespace {

using Eigen::Index;
using testing::HasSubstr;

const WantedArray any{"an array", [](Index, Index) { return true; }};
const WantedArray matrix{"a matrix of 8 columns", [](Index, Index columns) { return columns == 8; }};
const WantedArray six{"an array of 6 measurements",
                      [](Index rows, Index columns) { return rows == 6 || (rows == 1 && columns == 6); },
                      true};

std::string sample_file(const std::string& name) {
  return std::string(ISR_TEST_DATA_DIR) + "/arrays/" + name;
}

// As tests/data/arrays/make-samples.py has them.
Eigen::MatrixXd sample_matrix() {
  return Eigen::MatrixXd::NullaryExpr(
      6, 8, [](Index r, Index c) { return static_cast<double>(8 * r + c) - 20 + 0.25; });
}

std::string message(const std::string& name, const WantedArray& wanted = any) {
  try {
    read_array<double>(name, wanted);
  } catch (const UsageError& error) {
    return std::string("usage: ") + error.what();
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ArrayFile, FilesOfOtherProgramsHoldTheSameMatrix) {
  for (const char* name :
       {"X.npy", "stored.npz", "stored.npz:X", "packed.npz:X", "v4.mat", "v5.mat:X", "v5-packed.mat:X",
        "v73.mat:X", "numpy.txt", "sheet.csv", "sheet-german.csv", "sheet.tsv"}) {
    const NumberArray<double> found = read_array<double>(sample_file(name), matrix);
    EXPECT_EQ(found.values, sample_matrix()) << name;
    EXPECT_FALSE(found.is_complex()) << name;
    EXPECT_EQ(read_array<float>(sample_file(name), matrix).values, sample_matrix().cast<float>()) << name;
  }
}

TEST(ArrayFile, RowsAndColumnsAreBothVectorsAndAVectorIsPreferred) {
  Eigen::VectorXd y(6);
  y << 1.5, -2, 3.25, 0, 1e-3, 600;
  for (const char* name :
       {"stored.npz:y", "packed.npz:y", "v4.mat", "v5.mat:y", "v5-packed.mat:row", "v73.mat"}) {
    const Eigen::MatrixXd found = read_array<double>(sample_file(name), six).values;
    EXPECT_EQ(std::min(found.rows(), found.cols()), 1) << name;
    EXPECT_EQ(Eigen::VectorXd(found.reshaped()), y) << name;
  }
}

TEST(ArrayFile, ComplexNumbersComeInTwoParts) {
  for (const char* name : {"Z.npy", "packed.npz:Z", "v5-packed.mat:Z", "v73.mat:Z", "complex.txt"}) {
    const NumberArray<double> found = read_array<double>(sample_file(name), matrix);
    EXPECT_EQ(found.values, sample_matrix()) << name;
    EXPECT_EQ(found.imaginary, 0.5 * sample_matrix()) << name;
  }
}

TEST(ArrayFile, SparseAndIntegerVariablesAreNumbers) {
  const Eigen::MatrixXd x = sample_matrix();
  EXPECT_EQ(read_array<double>(sample_file("v5.mat:S"), matrix).values,
            Eigen::MatrixXd((x.array() > 10).select(x, 0)));
  EXPECT_EQ(read_array<double>(sample_file("v5.mat:count"), any).values(0, 0), 7);
}

TEST(ArrayFile, AVariableThatDoesNotFitListsWhatTheFileHolds) {
  const std::string v5 =
      "it holds X (6 × 8 double), y (1 × 6 double), title (1 × 7 char), count (1 × 1 int16), "
      "S (6 × 8 sparse)";
  EXPECT_EQ(message(sample_file("v5.mat"), matrix),
            sample_file("v5.mat") +
                " has more than one variable that is a matrix of 8 columns: name one, as in " +
                sample_file("v5.mat") + ":X; " + v5);
  EXPECT_EQ(message(sample_file("v5.mat:Q")), sample_file("v5.mat") + " has no variable Q; " + v5);
  EXPECT_EQ(message(sample_file("v5.mat:title")),
            "title (1 × 7 char) of " + sample_file("v5.mat") + " is not an array; " + v5);
  EXPECT_EQ(message(sample_file("stored.npz:names")),
            "names (no numbers) of " + sample_file("stored.npz") +
                " is not an array; it holds X (6 × 8 float32), y (6 "
                "float64), names (no numbers)");
  EXPECT_EQ(
      message(sample_file("stored.npz"), {"a matrix of 9 columns", [](Index, Index c) { return c == 9; }}),
      sample_file("stored.npz") +
          " has no variable that is a matrix of 9 columns; it holds X (6 × 8 float32), y (6 float64), "
          "names (no numbers)");
  EXPECT_EQ(message(sample_file("X.npy"), six), "accepted");
  EXPECT_EQ(message(sample_file("X.npy"), {"a matrix of 9 columns", [](Index, Index c) { return c == 9; }}),
            sample_file("X.npy") + " is an array of 6 × 8, and not a matrix of 9 columns");
}

class BrokenFileTest : public testing::Test {
 protected:
  std::string written(const std::string& name, const std::string& bytes) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(BrokenFileTest, FilesThatAreNoneAreRefusedInOneSentence) {
  EXPECT_THAT(message("nowhere.mat:X"), HasSubstr("cannot read nowhere.mat: there is no such file"));
  EXPECT_THAT(message(folder_.path().string()), HasSubstr("it is not a regular file"));
  EXPECT_THAT(message(written("a.dat", "1 2")),
              HasSubstr("what it is must be seen from the end of its name: .npy"));
  EXPECT_THAT(message(written("a.mat", "no matrix")), HasSubstr("a.mat: it is no .mat file, or damaged"));
  EXPECT_THAT(message(written("a.npz", "no archive")), HasSubstr("a.npz: it is no .npz archive, or damaged"));
  EXPECT_THAT(message(written("a.npy", "no array")), HasSubstr("a.npy: it is not a .npy file"));
  EXPECT_THAT(message(written("a.png", "no picture")), HasSubstr("a.png is not a picture"));
  EXPECT_THAT(message(written("a.csv", "")), HasSubstr("a.csv: it holds no numbers"));
  EXPECT_THAT(message(written("a.csv", "1,2\n3,nan\n")),
              HasSubstr("a value that is not finite, or too large, at (1, 1)"));
}

TEST_F(BrokenFileTest, FilesThatAreCutShortAreRefused) {
  for (const std::string name :
       {"X.npy", "stored.npz", "packed.npz", "v4.mat", "v5.mat", "v5-packed.mat", "v73.mat"}) {
    const std::string whole = contents_of(sample_file(name));
    for (const double share : {0.05, 0.3, 0.6, 0.95}) {
      const std::string cut =
          whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size())));
      const std::string path = written("cut-" + name, cut);
      const std::string text =
          message(path + (name == "packed.npz" || name == "v5-packed.mat" ? ":X" : ""), matrix);
      EXPECT_NE(text, "accepted") << name << " " << share;
      EXPECT_THAT(text, HasSubstr("cut-" + name)) << share;
      EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0) << text;
    }
  }
}

TEST_F(BrokenFileTest, PicturesAreArraysOfGreyValues) {
  Image image(2, 3);
  image.pixels << 0, 1, 0.2f, 0.4f, 0.6f, 1;
  save_png(folder_ / "mask.png", image);
  const Eigen::MatrixXd values = read_array<double>((folder_ / "mask.png").string(), any).values;
  ASSERT_EQ(values.rows(), 2);
  ASSERT_EQ(values.cols(), 3);
  EXPECT_EQ(values(0, 1), 1);
  EXPECT_NEAR(values(1, 0), 0.4, 1e-6);
}

TEST_F(BrokenFileTest, MatFilesThatAreWrittenAreReadBack) {
  const std::string path = (folder_ / "out.mat").string();
  write_mat(path, {{"depth_2", {3, 2}, {1, 2, 3, 4, 5, 6}}, {"nnls", {1, 2}, {7, 8}}});
  Eigen::MatrixXd expected(3, 2);
  expected << 1, 4, 2, 5, 3, 6;
  EXPECT_EQ(read_array<double>(path + ":depth_2", any).values, expected);
  EXPECT_EQ(read_array<double>(path + ":nnls", any).values, Eigen::RowVector2d(7, 8));
}

}  // namespace
}  // namespace isr
