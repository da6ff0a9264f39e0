#include "sensing/problem_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/npy.h"
#include "sensing/operator_checks.h"

namespace isr {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

class ProblemFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(testing::TempDir()) / ("isr_problem_" + std::string(test->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    model_.height = 6;
    model_.width = 5;
    model_.measurements = 12;
  }
  void TearDown() override { fs::remove_all(folder_); }

  Problem simulated(double noise = 0, Index columns = 2) const {
    return simulate(model_, random_columns(model_.pixels(), columns, "pixels"), noise);
  }

  json description() const {
    std::ifstream in(folder_ / "problem.json");
    return json::parse(in);
  }

  // The error's message when the description is changed so, without the folder's name, which it must hold.
  std::string refusal(const std::function<void(json&)>& change) {
    save_problem(folder_, simulated(), false);
    json changed = description();
    change(changed);
    write_file(folder_ / "problem.json", changed.dump());
    return message([&] { load_problem(folder_); });
  }
  std::string refusal(const std::string& field, const json& value) {
    return refusal([&](json& changed) { changed[field] = value; });
  }

  std::string message(const std::function<void()>& load) {
    try {
      load();
    } catch (const UsageError& error) {
      return std::string("usage: ") + error.what();
    } catch (const Error& error) {
      std::string text = error.what();
      for (auto at = text.find(folder_.string() + "/"); at != std::string::npos;
           at = text.find(folder_.string() + "/"))
        text.erase(at, folder_.string().size() + 1);
      return text;
    }
    return "accepted";
  }

  fs::path folder_;
  MeasurementModel model_;
};

TEST_F(ProblemFolderTest, ComesBackWithTheSameOperatorAndMeasurements) {
  for (const std::string ensemble : {"gaussian", "rademacher", "biased-sign", "hadamard", "dct"})
    for (const bool with_matrix : {false, true}) {
      model_.ensemble = ensemble;
      model_.basis = "haar";
      model_.seed = 4294967295u;
      const Problem saved = simulated(0.25, 3);
      save_problem(folder_, saved, with_matrix);
      const Problem loaded = load_problem(folder_);
      EXPECT_EQ(loaded.measurements, saved.measurements);
      EXPECT_EQ(loaded.noise, 0.25);
      EXPECT_EQ(loaded.model.height, 6);
      EXPECT_EQ(loaded.model.width, 5);
      EXPECT_EQ(loaded.model.basis, "haar");
      EXPECT_EQ(loaded.model.ensemble, with_matrix ? given_matrix : ensemble);
      EXPECT_LT((loaded.operators.system->dense() - saved.operators.system->dense()).norm(),
                with_matrix ? 1e-5 : 1e-300);
    }
}

TEST_F(ProblemFolderTest, BlocksAndChannelsComeBack) {
  model_.block = 3;
  model_.channels = 3;
  const Problem saved = simulated(0, 6);
  save_problem(folder_, saved, false);
  const Problem loaded = load_problem(folder_);
  EXPECT_EQ(loaded.model.block, 3);
  EXPECT_EQ(loaded.model.channels, 3);
  EXPECT_EQ(loaded.operators.system->dense(), saved.operators.system->dense());
}

TEST_F(ProblemFolderTest, UnknownNoiseStaysUnknown) {
  Problem saved = simulated();
  saved.noise = std::numeric_limits<double>::quiet_NaN();
  save_problem(folder_, saved, false);
  EXPECT_TRUE(std::isnan(load_problem(folder_).noise));
}

TEST_F(ProblemFolderTest, HoldsNothingOfTheTruth) {
  save_problem(folder_, simulated(), true);
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder_)) files.insert(entry.path().filename());
  EXPECT_EQ(files, (std::set<std::string>{"X.npy", "problem.json", "y.npy"}));
  const json saved = description();
  for (const auto& [field, value] : saved.items())
    EXPECT_THAT(field, testing::AnyOf("format", "version", "height", "width", "channels", "basis",
                                      "measurements", "matrix", "noise"));
}

TEST_F(ProblemFolderTest, OneColumnMayBeAVector) {
  save_problem(folder_, simulated(0, 1), false);
  const Eigen::MatrixXd y = load_problem(folder_).measurements;
  write_npy(folder_ / "y.npy", {12}, std::span<const double>(y.data(), 12));
  EXPECT_EQ(load_problem(folder_).measurements, y);
}

TEST_F(ProblemFolderTest, EveryFieldIsNeededAndChecked) {
  for (const char* field : {"format", "version", "height", "width", "channels", "basis", "measurements",
                            "ensemble", "positive_probability", "seed", "block", "noise"})
    EXPECT_EQ(refusal([&](json& changed) { changed.erase(field); }),
              std::string("problem.json lacks the field \"") + field + "\"");
  EXPECT_EQ(refusal("hieght", 28), "problem.json has the unknown field \"hieght\"");
  EXPECT_EQ(refusal("\x1b[2J", 28), "problem.json has the unknown field \"?[2J\"");
  EXPECT_EQ(refusal("height", -3), "problem.json \"height\" must be a whole number from 1 to 65536; got -3");
  EXPECT_EQ(refusal("width", 2.5), "problem.json \"width\" must be a whole number from 1 to 65536; got 2.5");
  EXPECT_THAT(refusal("width", "5"), HasSubstr("whole number from 1 to 65536; got \"5\""));
  EXPECT_THAT(refusal("width", 18446744073709551615u), HasSubstr("whole number"));
  EXPECT_THAT(refusal("channels", 0), HasSubstr("whole number from 1 to 4; got 0"));
  EXPECT_THAT(refusal("seed", -1), HasSubstr("whole number from 0 to 4294967295; got -1"));
  EXPECT_THAT(refusal("version", 2), HasSubstr("\"version\" must be a whole number from 1 to 1; got 2"));
  EXPECT_THAT(refusal("format", "zip"), HasSubstr("must be \"isr problem\""));
  EXPECT_THAT(refusal("noise", -0.5), HasSubstr("\"noise\" must be a number from 0"));
  EXPECT_THAT(refusal("basis", 7), HasSubstr("\"basis\" must be a text in quotes; got 7"));
}

TEST_F(ProblemFolderTest, UnknownNamesAndSizesThatDoNotFitAreTheFilesFaultNotTheCommandLines) {
  EXPECT_THAT(refusal("ensemble", "fourier"), HasSubstr("problem.json describes no valid problem"));
  EXPECT_THAT(refusal("basis", "curvelet"), HasSubstr("problem.json describes no valid problem"));
  EXPECT_THAT(refusal("block", 2), HasSubstr("problem.json describes no valid problem"))
      << "12 rows for 9 blocks";
  EXPECT_THAT(refusal("positive_probability", 1.0), testing::Not(HasSubstr("usage")));
  EXPECT_EQ(refusal("measurements", 13), "y.npy has 12 measurements (rows), but problem.json has 13");
  EXPECT_EQ(refusal("channels", 3),
            "y.npy has 2 columns, which is no multiple of the 3 channels of a picture");
}

TEST_F(ProblemFolderTest, ProblemLargerThanMemoryIsRefusedBeforeItIsMade) {
  const std::string text = refusal([](json& changed) {
    changed["height"] = changed["width"] = 65536;
    changed["ensemble"] = "gaussian";
  });
  EXPECT_THAT(text, testing::ContainsRegex("needs 3[0-9][0-9][.][0-9]* GB of memory, but .* GB are free"));
}

TEST_F(ProblemFolderTest, MissingAndDamagedFilesAreNamed) {
  EXPECT_THAT(message([&] { load_problem(folder_ / "none"); }),
              HasSubstr("none is not a folder made by isr measure"));
  EXPECT_EQ(message([&] { load_problem(folder_); }), "there is no file problem.json");
  for (const std::string text : {"", "{", "height: 28", "{\"height\": 28,}"}) {
    write_file(folder_ / "problem.json", text);
    EXPECT_EQ(message([&] { load_problem(folder_); }), "problem.json is not valid JSON") << text;
  }
  write_file(folder_ / "problem.json", "[1, 2]");
  EXPECT_THAT(message([&] { load_problem(folder_); }), HasSubstr("must hold a JSON object"));
  write_file(folder_ / "problem.json", std::string(2 << 20, ' '));
  EXPECT_THAT(message([&] { load_problem(folder_); }), HasSubstr("2097152 bytes long"));

  save_problem(folder_, simulated(), false);
  fs::remove(folder_ / "y.npy");
  EXPECT_EQ(message([&] { load_problem(folder_); }), "cannot read y.npy: there is no such file");
  write_npy(folder_ / "y.npy", {12, 1, 2}, std::vector<float>(24));
  EXPECT_EQ(message([&] { load_problem(folder_); }), "y.npy must hold a vector or a matrix; it has 3 axes");
  write_npy(folder_ / "y.npy", {12, 0}, std::vector<float>{});
  EXPECT_EQ(message([&] { load_problem(folder_); }), "y.npy holds no measurements: it has no columns");
  std::vector<float> values(12, 1);
  values[7] = std::numeric_limits<float>::quiet_NaN();
  write_npy(folder_ / "y.npy", {12}, std::span<const float>(values));
  EXPECT_EQ(message([&] { load_problem(folder_); }),
            "y.npy holds a value that is not finite, or too large, at (7, 0)");
}

TEST_F(ProblemFolderTest, DeepNestingIsRefusedBeforeAnythingRecursesIntoIt) {
  save_problem(folder_, simulated(), false);
  for (const auto& [open, close] : {std::pair{"[", "]"}, {"{\"a\":", "}"}}) {
    std::string nested, ends;
    for (int level = 0; level < 100'000; ++level) {
      nested += open;
      ends += close;
    }
    write_file(folder_ / "problem.json", "{\"format\": " + nested + "0" + ends + "}");
    EXPECT_EQ(message([&] { load_problem(folder_); }),
              "problem.json nests arrays or objects more than 16 levels deep");
  }
  EXPECT_EQ(refusal("format", json::parse("[[[[[[[[]]]]]]]]")),
            "problem.json \"format\" must be a text in quotes; got [[[[[[[[]]]]]]]]");
}

TEST_F(ProblemFolderTest, MatrixFileIsCheckedAndMustLieInTheFolder) {
  const auto with_matrix = [&](const json& name) {
    save_problem(folder_, simulated(), true);
    json changed = description();
    changed["matrix"] = name;
    write_file(folder_ / "problem.json", changed.dump());
    return message([&] { load_problem(folder_); });
  };
  EXPECT_EQ(with_matrix("X.npy"), "accepted");
  EXPECT_THAT(with_matrix("../X.npy"), HasSubstr("must be the name of a file in the same folder"));
  EXPECT_THAT(with_matrix("/etc/passwd"), HasSubstr("must be the name of a file in the same folder"));
  EXPECT_EQ(with_matrix("Z.npy"), "cannot read Z.npy: there is no such file");
  save_problem(folder_, simulated(), true);
  write_npy(folder_ / "X.npy", Eigen::MatrixXf(Eigen::MatrixXf::Ones(12, 29)));
  EXPECT_EQ(message([&] { load_problem(folder_); }),
            "X.npy is a matrix of 12 × 29, but 12 × 30 is needed for 12 measurements of 6 × 5 pixels");
}

TEST_F(ProblemFolderTest, ArraysOfTheUsersOwnMakeAProblem) {
  const Eigen::MatrixXf x = random_columns(7, 12, "x"), y = random_columns(7, 4, "y");
  const NamedMatrix matrix{"X.npy", x.cast<double>() / 3};  // no floats
  const NamedMatrix measured{"y.npy", y.cast<double>()};
  const Problem vectors = problem_of_arrays(matrix, measured, {}, "pixel", 0.5);
  EXPECT_EQ(vectors.operators.system->dense(), x.cast<double>() / 3);
  EXPECT_EQ(vectors.measurements, y.cast<double>());
  EXPECT_EQ(vectors.model.pixels(), 12);
  EXPECT_EQ(vectors.noise, 0.5);
  const Problem pictures = problem_of_arrays(matrix, measured, PictureShape{4, 3, 2}, "haar", 0);
  EXPECT_EQ(pictures.model.height, 4);
  EXPECT_EQ(pictures.model.channels, 2);
  EXPECT_EQ(pictures.operators.pixels(Eigen::MatrixXf::Zero(12, 1)).rows(), 12);

  const auto refused = [&](const NamedMatrix& a, const NamedMatrix& b,
                           const std::optional<PictureShape>& shape) {
    return message([&] { problem_of_arrays(a, b, shape, "pixel", 0); });
  };
  EXPECT_EQ(refused(matrix, measured, PictureShape{5, 3, 1}),
            "X.npy has 12 columns, but the shape 5x3 has 15 pixels");
  EXPECT_THAT(refused(matrix, measured, PictureShape{4, 3, 3}), HasSubstr("no multiple of the 3 channels"));
  EXPECT_THAT(refused(matrix, {"y.npy", Eigen::MatrixXd::Ones(8, 1)}, {}),
              HasSubstr("y.npy has 8 measurements (rows), but X.npy has 7"));
  EXPECT_EQ(refused({"X.npy", Eigen::MatrixXd(0, 5)}, measured, {}), "X.npy is an empty matrix of 0 × 5");
  EXPECT_EQ(refused({"X.npy", Eigen::MatrixXd::Constant(7, 12, 1e39)}, measured, {}),
            "X.npy holds a value that is not finite, or too large");
}

}  // namespace
}  // namespace isr
