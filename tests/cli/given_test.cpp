// isr solve with what instruments and other programs give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/npy.h"
#include "base/test_files.h"
#include "cli/run_command.h"
#include "image/image_file.h"
#include "sensing/random.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using testing::HasSubstr;

class GivenTest : public testing::Test {
 protected:
  CommandResult isr(const std::string& arguments) {
    std::istringstream in(arguments);
    return run_isr(work(), {std::istream_iterator<std::string>(in), {}});
  }
  void succeeds(const std::string& arguments) {
    const CommandResult outcome = isr(arguments + " -q");
    ASSERT_EQ(outcome.status, 0) << arguments << "\n" << outcome.err;
  }
  const std::filesystem::path& work() const { return folder_.path(); }
  std::string sample(const std::string& name) const {
    return std::string(ISR_TEST_DATA_DIR) + "/arrays/" + name;
  }

  // The first picture or column of a run, by its first method.
  VectorXd recovered(const std::string& run, Index size) const {
    const auto array = read_npy<double>(work() / run / "recovered.npy");
    return Eigen::Map<const VectorXd>(array.values.data(), size);
  }
  double error(const std::string& run, const VectorXd& truth) const {
    return (recovered(run, truth.size()) - truth).norm() / truth.norm();
  }
  // Part of a photograph, 64 × 64, as a picture file and as pixels.
  VectorXd photograph() {
    std::vector<std::string> notes;
    ImageEdits edits;
    edits.crop = parse_crop("256x256+160+40");
    edits.resize = "64x64";
    edits.gray = true;
    const Image image = load_image(std::string(ISR_DATA_DIR) + "/images/camera.png", edits, notes);
    save_png(work() / "photo.png", image);
    return (255 * image.pixels.col(0).cast<double>()).array().round() / 255;
  }
  double psnr(const std::string& run, const VectorXd& truth) const {
    const double squares = (recovered(run, truth.size()) - truth).squaredNorm();
    return -10 * std::log10(squares / static_cast<double>(truth.size()));
  }

  TemporaryFolder folder_;
};

TEST_F(GivenTest, FilesOfOtherProgramsAreSolvedAlike) {
  succeeds("solve --matrix " + sample("X.npy") + " --measurements " + sample("v4.mat") +
           " --depth 2 -o first");
  const std::string first = contents_of(work() / "first/recovered.npy");
  int run = 0;
  for (const char* matrix :
       {"stored.npz", "packed.npz:X", "v5.mat:X", "v73.mat:X", "numpy.txt", "sheet-german.csv"}) {
    const std::string out = "run-" + std::to_string(++run);
    succeeds("solve --matrix " + sample(matrix) + " --measurements " + sample("v73.mat") + " --depth 2 -o " +
             out);
    EXPECT_EQ(contents_of(work() / out / "recovered.npy"), first) << matrix;
  }
}

TEST_F(GivenTest, ComplexMeasurementsAreTwiceAsManyRealOnes) {
  const CommandResult solved = isr("solve --matrix " + sample("v73.mat:Z") + " --measurements " +
                                   sample("Z.npy") + " --depth 2 --stop time:1 -o run");
  ASSERT_EQ(solved.status, 0) << solved.err;
  EXPECT_THAT(solved.err, HasSubstr("its 6 measurements are solved as 12 real ones"));
  EXPECT_THAT(solved.out, HasSubstr("12 measurements"));
  const CommandResult real = isr("solve --matrix " + sample("Z.npy") + " --measurements " + sample("v4.mat"));
  EXPECT_EQ(real.status, 1);
  EXPECT_THAT(real.err, HasSubstr("are real: of complex measurements both parts are needed"));
}

TEST_F(GivenTest, ResultsAreWrittenForMatlabAndAsFloatingPointPictures) {
  succeeds("measure mnist:train:0,1 -o problem");
  succeeds("solve problem --depth 2,3 --stop time:1 --out-format npy,mat,tiff -o run");
  // Its own output as measurements: a variable of each method, 28 × 28 × 2.
  const CommandResult listed = isr("solve --matrix run/recovered.mat --measurements run/recovered.mat");
  EXPECT_THAT(listed.err, HasSubstr("it holds depth_2 (28 × 28 × 2 single), depth_3 (28 × 28 × 2 single)"));
  std::vector<std::string> notes;
  ImageEdits any_range;
  any_range.white = parse_white("1");
  const Image tiff = load_image(work() / "run/recovered/1-picture-1-depth-2.tiff", any_range, notes);
  const VectorXd npy = recovered("run", 784).cwiseMin(1);
  EXPECT_LE((tiff.pixels.col(0).cast<double>() - npy).norm(), 1e-6);
  EXPECT_THAT(isr("solve problem --out-format jpeg").err,
              HasSubstr("--out-format must be npy, mat and tiff"));
}

TEST_F(GivenTest, PatternsMeasureIntoAFolderAndAreSolvedFromItOrFromOptions) {
  const VectorXd truth = photograph();
  for (const std::string how :
       {"--patterns hadamard --order zigzag", "--patterns hadamard --order zigzag --readings positive",
        "--patterns hadamard --order zigzag --readings pairs", "--patterns dct --order zigzag"}) {
    SCOPED_TRACE(how);
    succeeds("measure photo.png " + how + " --measurements 40% --force -o problem");
    succeeds("solve problem --depth 2 --force -o folder");
    succeeds("solve " + how +
             " --measurements problem/y.npy --shape 64x64 --basis cdf97 --depth 2 --stop limit "
             "--force -o options");
    EXPECT_GT(psnr("folder", truth), 23);
    EXPECT_GT(psnr("options", truth), 23);
  }
}

TEST_F(GivenTest, CountsTakenForSignedReadingsAreWarnedOf) {
  const std::string solve =
      "solve --patterns hadamard --shape 64x64 --basis cdf97 --depth 2 --stop limit --rounds 1 --force -o "
      "run";
  photograph();
  succeeds("measure photo.png --patterns hadamard --measurements 5% --readings positive -o positive");
  EXPECT_THAT(isr(solve + " --measurements positive/y.npy").err, HasSubstr("give --readings positive"));
  EXPECT_THAT(isr(solve + " --measurements positive/y.npy --readings positive").err,
              testing::Not(HasSubstr("warning: no reading")));
  succeeds("measure photo.png --patterns hadamard --measurements 5% -o signed");
  EXPECT_THAT(isr(solve + " --measurements signed/y.npy").err,
              testing::Not(HasSubstr("warning: no reading")));
}

TEST_F(GivenTest, RowsThatCountFromOneAreWarnedOf) {
  photograph();
  succeeds("measure photo.png --patterns hadamard --measurements 5% -o measured");
  const auto warning_of = [&](int first) {
    std::ofstream rows(work() / "rows.csv");
    for (Index i = 0; i < 205; ++i) rows << first + i << "\n";
    rows.close();
    return isr("solve --patterns hadamard --shape 64x64 --basis cdf97 --depth 2 --stop limit --rounds 1 "
               "--force "
               "-o run --rows rows.csv --measurements measured/y.npy")
        .err;
  };
  EXPECT_THAT(warning_of(1), HasSubstr("rows count from 0; are these numbered from 1?"));
  EXPECT_THAT(warning_of(0), testing::Not(HasSubstr("rows count")));
  EXPECT_THAT(warning_of(4096 - 204), HasSubstr("from 0 to 4095; one is 4096 (are they numbered from 1?)"));
}

TEST_F(GivenTest, AMaskIsInpainted) {
  const VectorXd truth = photograph();
  Image mask(64, 64), holes(64, 64);
  for (Index i = 0; i < 4096; ++i) {
    mask.pixels(i) = (i * 7919) % 10 < 6 ? 1 : 0;
    holes.pixels(i) = mask.pixels(i) * static_cast<float>(truth(i));
  }
  save_png(work() / "mask.png", mask);
  save_png(work() / "holes.png", holes);
  succeeds("solve --patterns mask.png --measurements holes.png --basis cdf97 --depth 2 --stop limit -o run");
  EXPECT_LT(psnr("run", truth), 200);
  const double before = (holes.pixels.col(0).cast<double>() - truth).norm() / truth.norm();
  EXPECT_LT(error("run", truth), 0.3 * before);
  succeeds("measure photo.png --patterns mask.png -o problem");
  EXPECT_EQ(read_npy_header(work() / "problem/y.npy").shape[0], std::lround(mask.pixels.sum()));
  save_png(work() / "small.png", Image(8, 8));
  EXPECT_THAT(isr("solve --patterns mask.png --measurements small.png").err,
              HasSubstr("small.png has 8 × 8 pixels, and the mask 64 × 64"));
  EXPECT_THAT(isr("solve --patterns small.png --measurements holes.png").err, HasSubstr("no pixel is seen"));
}

TEST_F(GivenTest, OneMatrixForAllBlocksRecoversThePictureJointly) {
  const VectorXd truth = photograph();
  const MatrixXd phi = normal_matrix(40, 81, 5);
  write_npy(work() / "phi.npy", Eigen::MatrixXf(phi.cast<float>()));
  succeeds("measure photo.png --patterns phi.npy --block 9 --basis cdf97 -o problem");
  EXPECT_EQ(read_npy_header(work() / "problem/X.npy").shape, (std::vector<std::int64_t>{40, 81}));
  EXPECT_EQ(read_npy_header(work() / "problem/y.npy").shape[0],
            64 * 40);  // 8 × 8 blocks, the last ones padded
  // The literature's padding: zeros to the right and below.
  const auto y = read_npy<double>(work() / "problem/y.npy").values;
  VectorXd block = VectorXd::Zero(81);
  for (Index r = 0; r < 9; ++r)
    for (Index c = 0; c < 9; ++c)
      if (63 + c < 64) block(9 * r + c) = truth(64 * r + 63 + c);
  const VectorXd expected = phi * block;
  for (Index k = 0; k < 40; ++k) EXPECT_NEAR(y[static_cast<std::size_t>(7 * 40 + k)], expected(k), 1e-4);
  succeeds("solve problem --depth 2 --stop limit -o folder");
  succeeds(
      "solve --patterns phi.npy --block 9 --measurements problem/y.npy --shape 64x64 --basis cdf97 --depth 2 "
      "--stop limit -o options");
  EXPECT_GT(psnr("folder", truth), 24);
  EXPECT_NEAR(psnr("options", truth), psnr("folder", truth), 0.01);
}

// Readings of a photograph, spoilt by `spoil`, and solved with and without the option that says so.
TEST_F(GivenTest, WhatAnInstrumentDoesIsUndoneWhereItIsSaid) {
  const VectorXd truth = photograph();
  succeeds("measure photo.png --patterns hadamard --order zigzag --measurements 50% -o problem");
  const MatrixXd clean = read_npy_matrix<double>(work() / "problem/y.npy");
  const Index n = clean.rows();
  RandomStream random = RandomStream::named(1, "instrument");
  const auto spoilt_psnr = [&](const MatrixXd& y, const std::string& option) {
    write_npy(work() / "problem/y.npy", y);
    succeeds("solve problem --depth 2 --force -o run " + option);
    return psnr("run", truth);
  };
  const double scale = clean.bottomRows(n - 1).norm() / std::sqrt(static_cast<double>(n));

  MatrixXd drifting = clean;
  for (Index i = 0; i < n; ++i)
    drifting(i, 0) += scale * (3 + 4.0 * static_cast<double>(i) / static_cast<double>(n));
  EXPECT_GT(spoilt_psnr(drifting, "--offset 1"), spoilt_psnr(drifting, "") + 3);

  MatrixXd uneven = clean;
  VectorXd sigma(n);
  for (Index i = 0; i < n; ++i) {
    sigma(i) = (i % 2 == 0 ? 0.02 : 2) * scale;
    uneven(i, 0) += sigma(i) * random.normal();
  }
  write_npy(work() / "sigma.npy", MatrixXd(sigma));
  EXPECT_GT(spoilt_psnr(uneven, "--sigma sigma.npy"), spoilt_psnr(uneven, "") + 3);

  MatrixXd failing = clean;
  for (Index i = 0; i < n / 50; ++i)
    failing(static_cast<Index>(random.below(static_cast<std::size_t>(n - 1))) + 1, 0) += 20 * scale;
  EXPECT_GT(spoilt_psnr(failing, "--outliers"), spoilt_psnr(failing, "") + 3);
}

TEST_F(GivenTest, CountsWeighByTheirVariance) {
  // Exposures from 1 to 3000: the noise of the long ones is large, and relative to them small.
  const Index n = 300, p = 400;
  RandomStream random = RandomStream::named(2, "counts");
  MatrixXd x(n, p), y(n, 1);
  VectorXd truth = VectorXd::Zero(p);
  for (Index k = 0; k < 15; ++k) truth(26 * k) = 1 + 0.2 * static_cast<double>(k);
  for (Index i = 0; i < n; ++i) {
    const double exposure = i % 3 == 0 ? 1 : i % 3 == 1 ? 60 : 3000;
    for (Index j = 0; j < p; ++j) x(i, j) = exposure * static_cast<double>(random.below(2));
    const double mean = x.row(i).dot(truth);
    y(i) = std::max(0.0, std::round(mean + std::sqrt(mean) * random.normal()));
  }
  write_npy(work() / "X.npy", x);
  write_npy(work() / "y.npy", y);
  succeeds("solve --matrix X.npy --measurements y.npy --depth 2 --stop limit -o plain");
  succeeds("solve --matrix X.npy --measurements y.npy --depth 2 --poisson -o weighted");
  EXPECT_LT(error("weighted", truth), 0.5 * error("plain", truth));
}

TEST_F(GivenTest, WrongUsageEndsWithOneSentence) {
  std::ofstream(work() / "y.csv") << "1\n2\n3\n";
  struct Refusal {
    const char* arguments;
    int status;
    const char* sentence;
  };
  for (const auto& [arguments, status, sentence] : std::initializer_list<Refusal>{
           {"--patterns hadamard --matrix X.npy", 2, "exclude each other"},
           {"--patterns hadamard", 2, "--patterns needs --shape"},
           {"--patterns hadamard --shape 4x6", 2, "powers of two; the shape is 4x6"},
           {"--patterns walsh --shape 4x4", 2, "--patterns must be hadamard, dct, pixel"},
           {"--patterns dct --order up --shape 4x4", 2, "--order must be natural"},
           {"--patterns dct --rows 4 --shape 4x4", 1,
            "y.csv is an array of 3 × 1, and not an array of 4 measurements"},
           {"--patterns dct --rows 4x --shape 4x4", 1, "4x: there is no such file"},
           {"--rows 4 --matrix X.npy", 2, "--rows needs --patterns"},
           {"--block 4 --matrix X.npy", 2, "--block needs --patterns"},
           {"--patterns dct --shape 4x4 --sigma y.csv --poisson", 2, "--poisson and --sigma"},
           {"--patterns dct --shape 4x4 --sigma y.csv --noise 1", 2, "--noise is one for all readings"},
           {"--patterns dct --shape 4x4 --basis pixel --offset 2", 2,
            "--offset of degree 2 leaves nothing of 3 measurements"},
           {"--patterns dct --shape 4x4 --offset 21", 2, "--offset must be a degree from 0 to 20"},
           {"--patterns dct --shape 4x4 --keep 0%", 2, "--keep must be a share"},
           {"--patterns dct --shape 4x4 --keep half", 2, "--keep must be a share"}}) {
    const CommandResult outcome = isr(std::string("solve --measurements y.csv ") + arguments);
    EXPECT_EQ(outcome.status, status) << arguments;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(sentence)) << arguments;
  }
}

}  // namespace
}  // namespace isr
