#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/npy.h"
#include "base/test_files.h"
#include "cli/run_command.h"
#include "solver/test_problems.h"

namespace isr {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

class MeasureSolveTest : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("ISR_MNIST_DIR");
    setenv("XDG_CACHE_HOME", (folder_ / "no-cache").c_str(), 1);
  }

  // `isr ARGUMENTS`, parted at spaces.
  CommandResult isr(const std::string& arguments) {
    std::istringstream in(arguments);
    return run_isr(work(), {std::istream_iterator<std::string>(in), {}});
  }
  const std::filesystem::path& work() const { return folder_.path(); }

  // ‖recovered − truth‖ / ‖truth‖ of one picture by one method in recovered.npy.
  double error(const std::string& run, std::size_t picture, std::size_t method,
               const Eigen::VectorXd& truth) const {
    const auto array = read_npy<double>(work() / run / "recovered.npy");
    const auto methods = static_cast<std::size_t>(array.shape[1]), p = static_cast<std::size_t>(truth.size());
    EXPECT_EQ(array.values.size(), static_cast<std::size_t>(array.shape[0]) * methods * p);
    const Eigen::Map<const Eigen::VectorXd> w(array.values.data() + (picture * methods + method) * p,
                                              truth.size());
    return (w - truth).norm() / truth.norm();
  }

  TemporaryFolder folder_;
};

TEST_F(MeasureSolveTest, DigitsMeasuredIntoAFolderAreRecoveredFromItAlone) {
  const CommandResult measured = isr("measure mnist:train:0,2 --ensemble biased-sign -o problem");
  ASSERT_EQ(measured.status, 0) << measured.err;
  EXPECT_THAT(measured.out, HasSubstr("392 measurements of 784 pixels, 2 columns for 2 pictures"));
  const CommandResult solved =
      isr("solve problem --depth 2 --solver gd --iterations 10000 --stop iterations "
          "--baselines nnls -o run");
  ASSERT_EQ(solved.status, 0) << solved.err;
  EXPECT_THAT(solved.out, testing::Not(HasSubstr("PSNR"))) << "the truth is not known";
  const Eigen::MatrixXd digits = first_digits(3);
  EXPECT_LT(error("run", 0, 0, digits.col(0)), 0.3);
  EXPECT_LT(error("run", 0, 1, digits.col(0)), 1e-5);
  EXPECT_LT(error("run", 1, 1, digits.col(2)), 1e-5);
  for (const char* file : {"figure.png", "figure.pdf", "depth-2.png", "nnls.png", "results.csv"})
    EXPECT_GT(std::filesystem::file_size(work() / "run" / file), 100u) << file;
  const json results = json::parse(contents_of(work() / "run/results.json"));
  ASSERT_EQ(results["results"].size(), 4u);
  EXPECT_TRUE(results["results"][0]["psnr"].is_null());
  EXPECT_EQ(results["results"][0]["source"], "picture-1");
}

TEST_F(MeasureSolveTest, SeedAndMatrixFileGiveTheSameRecovery) {
  ASSERT_EQ(isr("measure mnist:train:2 --ensemble biased-sign -o seed -q").status, 0);
  ASSERT_EQ(isr("measure mnist:train:2 --ensemble biased-sign -o matrix --with-matrix -q").status, 0);
  EXPECT_FALSE(std::filesystem::exists(work() / "seed/X.npy"));
  EXPECT_EQ(read_npy_header(work() / "matrix/X.npy").shape, (std::vector<std::int64_t>{392, 784}));
  for (const char* folder : {"seed", "matrix"})
    ASSERT_EQ(
        isr(std::string("solve ") + folder + " --depth 2 --stop time:1 --baselines nnls -q -o run-" + folder)
            .status,
        0);
  ASSERT_EQ(isr("solve --matrix matrix/X.npy --measurements seed/y.npy --shape 28x28 --depth 2 --stop time:1 "
                "--baselines nnls -q -o run-arrays")
                .status,
            0);
  EXPECT_EQ(contents_of(work() / "run-matrix/recovered.npy"),
            contents_of(work() / "run-arrays/recovered.npy"));
  const auto by_seed = read_npy<double>(work() / "run-seed/recovered.npy").values,
             by_matrix = read_npy<double>(work() / "run-matrix/recovered.npy").values;
  ASSERT_EQ(by_seed.size(), by_matrix.size());
  for (std::size_t i = 0; i < by_seed.size(); ++i) ASSERT_NEAR(by_seed[i], by_matrix[i], 1e-5);
}

TEST_F(MeasureSolveTest, VectorsOfTheUsersOwnAreRecoveredSigned) {
  const Eigen::MatrixXd x = normal_matrix(60, 120, 1);
  Eigen::MatrixXd truth(120, 2);
  truth << sparse_vector(120, 4, false, 2), sparse_vector(120, 6, false, 3);
  write_npy(work() / "X.npy", Eigen::MatrixXf(x.cast<float>()));
  write_npy(work() / "y.npy", Eigen::MatrixXf((x * truth).cast<float>()));
  const CommandResult solved =
      isr("solve --matrix X.npy --measurements y.npy --depth 2 --init 1e-6 --stop limit "
          "--baselines omp -o run");
  ASSERT_EQ(solved.status, 0) << solved.err;
  EXPECT_THAT(solved.out, HasSubstr("column-2"));
  EXPECT_EQ(read_npy_header(work() / "run/recovered.npy").shape, (std::vector<std::int64_t>{2, 2, 120}));
  for (std::size_t column = 0; column < 2; ++column) {
    const Eigen::VectorXd expected = truth.col(static_cast<Eigen::Index>(column));
    EXPECT_LT(error("run", column, 0, expected), 3e-3);  // the flow's limit, as w0 = 1e-6 leaves it
    EXPECT_LT(error("run", column, 1, expected), 1e-5);  // omp, to the rounding of the measurements
  }
  EXPECT_FALSE(std::filesystem::exists(work() / "run/figure.png"));
}

TEST_F(MeasureSolveTest, PicturesOfAMatrixAreRecoveredInTheBasisThatPredictsTheirMeasurements) {
  const auto solved = [&](const std::string& source) {
    EXPECT_EQ(isr("measure " + source + " --with-matrix -q --force -o problem").status, 0);
    const CommandResult result =
        isr("solve --matrix problem/X.npy --measurements problem/y.npy --shape 20x20 "
            "--depth 2 --json --force -o run");
    EXPECT_EQ(result.status, 0) << result.err;
    return json::parse(result.out)["results"][0];
  };
  const json photograph = solved(std::string(ISR_DATA_DIR) + "/images/camera.png --resize 20");
  EXPECT_EQ(photograph["basis"], "cdf97");
  EXPECT_EQ(photograph["model"], "signed");
  const json digit = solved("mnist:train:0 --resize 20x20 --measurements 60%");
  EXPECT_NE(digit["basis"], "cdf97");
  EXPECT_EQ(digit["model"], "nonnegative");
}

TEST_F(MeasureSolveTest, ResultsThatLeaveMostOfTheMeasurementsUnexplainedSaySo) {
  const Eigen::MatrixXd x = normal_matrix(60, 64, 1);
  write_npy(work() / "X.npy", Eigen::MatrixXf(x.cast<float>()));
  write_npy(work() / "y.npy", Eigen::MatrixXf((-x.rowwise().sum()).cast<float>()));
  const CommandResult wrong =
      isr("solve --matrix X.npy --measurements y.npy --nonnegative --depth 2 --json -o run");
  EXPECT_EQ(wrong.status, 0);
  EXPECT_THAT(wrong.err, HasSubstr("isr: warning: 1 of 1 results leaves more than half of the measurements "
                                   "unexplained (the residual of column-1, N = 2 is "));
  EXPECT_THAT(wrong.err, HasSubstr("values may be negative (--signed)"));
  EXPECT_EQ(json::parse(wrong.out)["results"][0]["status"], "does not fit");
  const CommandResult right =
      isr("solve --matrix X.npy --measurements y.npy --depth 2 --json --force -o run");
  EXPECT_EQ(right.err.find("warning"), std::string::npos) << right.err;
}

TEST_F(MeasureSolveTest, DryRunPrintsThePlanAndWritesNothing) {
  const CommandResult planned = isr("measure mnist:train:0-4 --measurements 25% --dry-run --json");
  ASSERT_EQ(planned.status, 0) << planned.err;
  const json plan = json::parse(planned.out);
  EXPECT_EQ(plan["pictures"], 5);
  EXPECT_EQ(plan["measurements"], 196);
  EXPECT_GT(plan["memory_bytes"], 196 * 784 / 4);
  EXPECT_TRUE(std::filesystem::is_empty(work()));

  ASSERT_EQ(isr("measure mnist:train:0 -o problem -q").status, 0);
  const CommandResult solving = isr("solve problem --dry-run --depth 2,3");
  ASSERT_EQ(solving.status, 0) << solving.err;
  EXPECT_THAT(solving.out, HasSubstr("depth                 2, 3\n"));
  EXPECT_THAT(solving.out, HasSubstr("memory                "));
  EXPECT_FALSE(std::filesystem::exists(work() / "isr-solve"));
}

TEST_F(MeasureSolveTest, AnSnrIsThatOfTheMeasurementsToTheirNoise) {
  const std::string measure = "measure mnist:train:1 --measurements 100% --seed 3";
  ASSERT_EQ(isr(measure + " -o clean").status, 0);
  ASSERT_EQ(isr(measure + " --snr 20dB -o noisy").status, 0);
  const auto values = [&](const char* folder) {
    const auto array = read_npy<double>(work() / folder / "y.npy");
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(array.values.data(),
                                                             static_cast<Eigen::Index>(array.values.size())));
  };
  const Eigen::VectorXd clean = values("clean"), noise = values("noisy") - clean;
  const double sigma = json::parse(contents_of(work() / "noisy/problem.json"))["noise"];
  EXPECT_NEAR(sigma, 0.1 * clean.norm() / std::sqrt(784), 1e-6 * sigma);
  EXPECT_NEAR(noise.norm() / std::sqrt(784), sigma, 0.1 * sigma);
  EXPECT_EQ(isr("solve noisy --depth 2 --quiet -o run").status, 0);
  EXPECT_EQ(json::parse(contents_of(work() / "run/results.json"))["ran"][0]["basis"], "pixel");

  for (const char* wrong : {"--snr loud", "--snr 20dBm", "--snr nan", "--snr 20 --noise 1"}) {
    const CommandResult refused = isr(measure + " -o wrong " + wrong);
    EXPECT_EQ(refused.status, 2) << wrong;
    EXPECT_THAT(refused.err, HasSubstr("--snr")) << wrong;
  }
  EXPECT_THAT(isr("measure mnist:train:1,2 --snr 20 -o wrong").err, HasSubstr("measure the pictures apart"));
}

TEST_F(MeasureSolveTest, AnSnrGivesEachPictureTheNoiseThatItHasAlone) {
  const std::string options = " --snr 20dB --stop discrepancy --depth 2 --quiet";
  ASSERT_EQ(isr("recover mnist:train:1,3" + options + " -o both").status, 0);
  ASSERT_EQ(isr("recover mnist:train:3" + options + " -o second").status, 0);
  const auto row = [&](const char* folder, std::size_t i) {
    json results = json::parse(contents_of(work() / folder / "results.json"))["results"][i];
    results.erase("seconds");
    return results;
  };
  EXPECT_EQ(row("both", 1), row("second", 0));
  EXPECT_NE(row("both", 0)["stop_reason"], row("both", 1)["stop_reason"]);
  const std::string plan = isr("recover mnist:train:1,3 --snr 20dB --dry-run --json").out;
  EXPECT_EQ(json::parse(plan)["noise"].size(), 2u) << plan;
  EXPECT_EQ(json::parse(plan)["stop"], "discrepancy");
  EXPECT_EQ(json::parse(isr("measure mnist:train:1 --snr 20dB --dry-run --json").out)["noise"],
            "20 dB below the measurements");
}

TEST_F(MeasureSolveTest, WrongUsageEndsWithStatusTwoAndOneSentence) {
  const auto usage = [&](const std::string& arguments) {
    const CommandResult outcome = isr(arguments);
    EXPECT_EQ(outcome.status, 2) << arguments;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, StartsWith("isr: "));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    return outcome.err;
  };
  EXPECT_THAT(usage("solve"), HasSubstr("needs a folder written by isr measure, or --matrix"));
  EXPECT_THAT(usage("solve --matrix X.npy"), HasSubstr("needs a folder"));
  EXPECT_THAT(usage("solve problem --matrix X.npy --measurements y.npy"), HasSubstr("not both"));
  EXPECT_THAT(usage("solve problem other"), HasSubstr("too many arguments"));
  for (const char* shape : {"28", "28x", "28x0", "x28", "28x28x3x1", "28*28", "-1x5", "28x28x"})
    EXPECT_THAT(usage(std::string("solve --matrix X.npy --measurements y.npy --shape=") + shape),
                HasSubstr("--shape must be height and width"))
        << shape;
  EXPECT_THAT(usage("solve problem --noise -2"), HasSubstr("--noise"));
  EXPECT_THAT(usage("measure"), HasSubstr("needs a SOURCE"));
  EXPECT_TRUE(std::filesystem::is_empty(work()));
}

TEST_F(MeasureSolveTest, BadInputEndsWithStatusOneNamesTheFileAndLeavesNothing) {
  const auto failure = [&](const std::string& arguments) {
    const CommandResult outcome = isr(arguments + " -o run");
    EXPECT_EQ(outcome.status, 1) << arguments;
    EXPECT_FALSE(std::filesystem::exists(work() / "run"));
    return outcome.err;
  };
  EXPECT_EQ(failure("solve none"),
            "isr: none is not a folder made by isr measure (with problem.json and y.npy)\n");
  EXPECT_EQ(failure("solve --matrix X.npy --measurements y.npy"),
            "isr: cannot read X.npy: there is no such file\n");
  write_npy(work() / "X.npy", Eigen::MatrixXf(Eigen::MatrixXf::Ones(3, 4)));
  write_npy(work() / "y.npy", Eigen::MatrixXf(Eigen::MatrixXf::Ones(2, 1)));
  EXPECT_EQ(
      failure("solve --matrix X.npy --measurements y.npy"),
      "isr: y.npy is an array of 2 × 1, and not an array of 3 measurements (in a row, in a column, or a row "
      "for each)\n");
  ASSERT_EQ(isr("measure mnist:train:0 -o problem -q").status, 0);
  EXPECT_THAT(failure("solve problem --max-memory 1k"), HasSubstr("--max-memory"));
  EXPECT_EQ(isr("measure mnist:train:0 -o problem").status, 1) << "the folder is not empty";
  EXPECT_EQ(isr("measure mnist:train:0 -o problem --force").status, 0);
}

}  // namespace
}  // namespace isr
