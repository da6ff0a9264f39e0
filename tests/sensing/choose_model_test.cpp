#include "sensing/choose_model.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/test_files.h"
#include "sensing/operator_checks.h"
#include "sensing/phase_transition.h"

namespace isr {
namespace {

// A picture of which this share of the pixels is not black, at random places.
Eigen::MatrixXf picture(Index pixels, double share, Index channels = 1) {
  RandomStream stream = RandomStream::named(1, "picture");
  return Eigen::MatrixXf::NullaryExpr(pixels, channels, [&] {
    return stream.uniform() < share ? static_cast<float>(0.1 + 0.9 * stream.uniform()) : 0.0f;
  });
}

MeasurementModel chosen(Index side, double nonzero, const MeasurementChoice& choice = {}) {
  return choose_model(side, side, 1, picture(side * side, nonzero), choice);
}

TEST(ChooseModel, TakesTheShapeAndTheSeed) {
  MeasurementChoice choice;
  choice.seed = 7;
  choice.positive_probability = 0.3;
  const MeasurementModel model = choose_model(10, 20, 3, picture(200, 0.1, 3), choice);
  EXPECT_EQ(model.height, 10);
  EXPECT_EQ(model.width, 20);
  EXPECT_EQ(model.channels, 3);
  EXPECT_EQ(model.seed, 7u);
  EXPECT_EQ(model.positive_probability, 0.3);
  EXPECT_TRUE(model.is_picture);
}

TEST(ChooseModel, MeasuresAShareOfThePixelsOrANumber) {
  MeasurementChoice choice;
  EXPECT_EQ(chosen(28, 0.1).measurements, 392);
  choice.share = 0.25;
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 196);
  choice.share = 1e-6;
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 1);
  choice.measurements = 99;
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 99);
}

TEST(ChooseModel, RoundsUpToTheBlocks) {
  MeasurementChoice choice;
  choice.block = 10;  // 28 × 28: 3 × 3 blocks
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 396);
  EXPECT_EQ(chosen(28, 0.1, choice).block, 10);
  choice.measurements = 9;
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 9);
  choice.measurements = 10;
  EXPECT_EQ(chosen(28, 0.1, choice).measurements, 18);
}

TEST(ChooseModel, UsesAMatrixOfSignsWhileItIsSmall) {
  EXPECT_EQ(chosen(28, 0.1).ensemble, "rademacher");
  MeasurementChoice choice;
  choice.measurements = 1 << 10;
  EXPECT_EQ(chosen(256, 0.1, choice).ensemble, "rademacher");  // 2^26 entries
  choice.measurements = (1 << 10) + 1;
  EXPECT_EQ(chosen(256, 0.1, choice).ensemble, "hadamard");
  choice.block = 16;
  EXPECT_EQ(chosen(256, 0.1, choice).ensemble, "rademacher");  // of a block
  choice.ensemble = "gaussian";
  EXPECT_EQ(chosen(28, 0.1, choice).ensemble, "gaussian");
}

TEST(ChooseModel, TakesPixelsForLargePicturesThatAreMostlyBlack) {
  EXPECT_EQ(chosen(100, 0.04).basis, "pixel");
  EXPECT_EQ(chosen(100, 0.06).basis, "cdf97");
  EXPECT_EQ(choose_model(65, 2, 1, picture(130, 0.1), {}).basis, "cdf97");
}

TEST(ChooseModel, TakesPixelsForSmallPicturesWhereTheMeasurementsAreEnoughElseBoxes) {
  constexpr Index side = 28;
  const Eigen::MatrixXf pixels = picture(side * side, 0.2);
  const auto nonzero = static_cast<Index>((pixels.array() > 0).count());
  const double needed = measurements_needed(nonzero, side * side);
  MeasurementChoice choice;
  choice.measurements = static_cast<Index>(std::ceil(1.06 * needed));
  EXPECT_EQ(choose_model(side, side, 1, pixels, choice).basis, "pixel");
  choice.measurements = static_cast<Index>(1.04 * needed);
  EXPECT_EQ(choose_model(side, side, 1, pixels, choice).basis, "boxes");
  EXPECT_EQ(chosen(side, 0.8).basis, "cdf97");  // more than three quarters
  choice.basis = "haar";
  EXPECT_EQ(choose_model(side, side, 1, pixels, choice).basis, "haar");
}

TEST(ChooseModel, CountsThePixelsOfTheMeanPicture) {
  Eigen::MatrixXf two = picture(100 * 100, 0.04, 2);
  EXPECT_EQ(choose_model(100, 100, 1, two, {}).basis, "pixel");
  two.col(1).setOnes();
  EXPECT_EQ(choose_model(100, 100, 1, two, {}).basis, "cdf97");
}

TEST(ChooseModel, ChoosesWhatCanBeMade) {
  for (const Index side : {1, 2, 3, 5, 16})
    for (const double nonzero : {0.0, 0.3, 1.0})
      for (const Index block : {0, 1, 2}) {
        MeasurementChoice choice;
        choice.block = block;
        const Operators operators = make_operators(chosen(side, nonzero, choice));
        EXPECT_EQ(operators.sensing->cols(), side * side);
      }
}

TEST(ChooseModel, RefusesValuesOutOfRangeByName) {
  const auto message = [](auto change) {
    MeasurementChoice choice;
    change(choice);
    return error_of<UsageError>([&] { chosen(8, 0.5, choice); });
  };
  EXPECT_EQ(message([](auto&) {}), "no exception");
  EXPECT_NE(message([](auto& c) { c.share = 0; }).find("measurements"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.share = 101; }).find("measurements"), std::string::npos);
  EXPECT_EQ(message([](auto& c) { c.measurements = 0; }), "measurements must be at least 1");
  EXPECT_NE(message([](auto& c) { c.ensemble = "none"; }).find("ensemble none is unknown"),
            std::string::npos);
  EXPECT_NE(message([](auto& c) { c.basis = "none"; }).find("basis"), std::string::npos);
  EXPECT_NE(message([](auto& c) { c.positive_probability = 1; }).find("positive_probability"),
            std::string::npos);
  EXPECT_NE(message([](auto& c) { c.block = -1; }).find("block"), std::string::npos);
}

}  // namespace
}  // namespace isr
