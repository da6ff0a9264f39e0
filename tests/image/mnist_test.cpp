#include "image/mnist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/test_files.h"
#include "image/idx_files.h"

namespace isr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

namespace fs = std::filesystem;

const fs::path bundled = fs::path(ISR_DATA_DIR) / "mnist";

// Sets environment variables for one test; null unsets.
class Environment {
 public:
  void set(const char* name, const char* value) {
    const char* old = std::getenv(name);
    saved_.push_back({name, old ? std::optional<std::string>(old) : std::nullopt});
    value ? setenv(name, value, 1) : unsetenv(name);
  }
  ~Environment() {
    for (auto it = saved_.rbegin(); it != saved_.rend(); ++it)
      it->second ? setenv(it->first.c_str(), it->second->c_str(), 1) : unsetenv(it->first.c_str());
  }

 private:
  std::vector<std::pair<std::string, std::optional<std::string>>> saved_;
};

void put_digits(const fs::path& directory, std::uint32_t images, std::uint32_t labels) {
  fs::create_directories(directory);
  put_file(directory / "train-images-idx3-ubyte", idx_images(images, 3, 4));
  put_file(directory / "train-labels-idx1-ubyte", idx_labels(labels));
}

TEST(MnistSource, ListsAndRangesKeepTheirOrder) {
  const MnistSelection train = parse_mnist_source("mnist:train:0-2,15,7-7,2");
  EXPECT_EQ(train.split, MnistSplit::train);
  EXPECT_THAT(train.indices, ElementsAre(0, 1, 2, 15, 7, 2));
  const MnistSelection test = parse_mnist_source("mnist:test:9999");
  EXPECT_EQ(test.split, MnistSplit::test);
  EXPECT_THAT(test.indices, ElementsAre(9999));
}

TEST(MnistSource, WhatNamesNoDigitsIsWrongUsage) {
  const auto message = [](const char* source) {
    return error_of<UsageError>([&] { parse_mnist_source(source); });
  };
  for (const char* source : {"mnist:", "mnist:train", "mnist:tests:3", "mnist:Train:3", "photo.jpg", ""})
    EXPECT_EQ(message(source),
              "\"" + std::string(source) + "\" names no digits; write mnist:train:0-9,15 or mnist:test:3");
  for (const auto& [source, part] : std::vector<std::pair<const char*, const char*>>{
           {"mnist:train:", ""},
           {"mnist:train:x", "x"},
           {"mnist:train:3,", ""},
           {"mnist:train:1-2-3", "2-3"},
           {"mnist:train:-3", ""},
           {"mnist:train:+3", "+3"},
           {"mnist:train:1.5", "1.5"},
           {"mnist:test:0x1", "0x1"},
           {"mnist:train:70000", "70000"},
           {"mnist:train:0-99999999999999999999", "99999999999999999999"}})
    EXPECT_EQ(message(source), "\"" + std::string(part) + "\" in " + source +
                                   " is not the number of a digit; write for example mnist:train:0-9,15");
  EXPECT_EQ(message("mnist:train:9-3"), "the range 9-3 in mnist:train:9-3 runs backwards");
}

// Facts of the original files: the paper's three digits and their numbers of nonzero pixels.
TEST(MnistData, FirstThreeTrainingDigitsAreThePapers) {
  const auto digits = load_mnist(parse_mnist_source("mnist:train:0-2"), bundled);
  ASSERT_EQ(digits.size(), 3u);
  const char* labels[] = {"5", "0", "4"};
  const int nonzeros[] = {166, 176, 120};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(digits[i].label, labels[i]);
    EXPECT_EQ(digits[i].source, "mnist:train:" + std::to_string(i));
    EXPECT_EQ(digits[i].image.height, 28);
    EXPECT_EQ(digits[i].image.width, 28);
    EXPECT_EQ((digits[i].image.pixels.array() > 0).count(), nonzeros[i]);
    EXPECT_EQ(digits[i].image.pixels.maxCoeff(), 1.0f);
  }
}

TEST(MnistData, FirstTestDigitsHaveTheKnownLabels) {
  const auto digits = load_mnist(parse_mnist_source("mnist:test:0-9"), bundled);
  std::string labels;
  for (const auto& digit : digits) labels += digit.label;
  EXPECT_EQ(labels, "7210414959");
}

TEST(MnistData, PixelsAreBytesDividedBy255RowByRow) {
  const TemporaryFolder folder;
  put_digits(folder.path(), 3, 3);
  const auto digits = load_mnist(parse_mnist_source("mnist:train:1"), folder.path());
  EXPECT_EQ(digits[0].image.height, 3);
  EXPECT_EQ(digits[0].image.width, 4);
  EXPECT_EQ(digits[0].image.at(0, 0), 12.0f / 255);
  EXPECT_EQ(digits[0].image.at(2, 1), 21.0f / 255);
  EXPECT_EQ(digits[0].label, "1");
}

TEST(MnistData, DigitBeyondWhatIsThereSaysHowToFetchTheRest) {
  const std::string message = error_of([] { load_mnist(parse_mnist_source("mnist:train:5,100"), bundled); });
  EXPECT_EQ(message, "digit 100 of the train set is not in " +
                         (bundled / "train-images-idx3-ubyte.gz").string() +
                         ", which holds 100 digits (0 to 99); tools/fetch-mnist fetches the whole set");
}

TEST(MnistData, LabelsThatDoNotMatchTheImagesAreRefused) {
  const TemporaryFolder folder;
  put_digits(folder.path(), 5, 4);
  EXPECT_EQ(error_of([&] { load_mnist(parse_mnist_source("mnist:train:0"), folder.path()); }),
            (folder / "train-labels-idx1-ubyte").string() + " holds 4 labels for the 5 images of " +
                (folder / "train-images-idx3-ubyte").string());
}

TEST(MnistData, MissingFilesAreNamed) {
  const TemporaryFolder folder;
  put_digits(folder.path(), 2, 2);
  EXPECT_EQ(error_of([&] { load_mnist(parse_mnist_source("mnist:test:0"), folder.path()); }),
            folder.path().string() + " holds no MNIST test images; tools/fetch-mnist fetches the whole set");
  fs::remove(folder / "train-labels-idx1-ubyte");
  EXPECT_EQ(error_of([&] { load_mnist(parse_mnist_source("mnist:train:0"), folder.path()); }),
            folder.path().string() + " holds no MNIST train labels; tools/fetch-mnist fetches the whole set");
}

TEST(MnistDirectory, OptionBeatsEnvironmentBeatsCacheBeatsBundledDigits) {
  const TemporaryFolder folder;
  Environment environment;
  environment.set("ISR_MNIST_DIR", nullptr);
  environment.set("XDG_CACHE_HOME", (folder / "cache").c_str());
  environment.set("HOME", (folder / "home").c_str());
  EXPECT_EQ(fs::canonical(find_mnist_directory()), fs::canonical(bundled));
  put_digits(folder / "home/.cache/isr/mnist", 1, 1);
  EXPECT_EQ(fs::canonical(find_mnist_directory()), fs::canonical(bundled));
  put_digits(folder / "cache/isr/mnist", 1, 1);
  EXPECT_EQ(find_mnist_directory(), folder / "cache/isr/mnist");
  environment.set("XDG_CACHE_HOME", nullptr);
  EXPECT_EQ(find_mnist_directory(), folder / "home/.cache/isr/mnist");
  put_digits(folder / "environment", 1, 1);
  environment.set("ISR_MNIST_DIR", (folder / "environment").c_str());
  EXPECT_EQ(find_mnist_directory(), folder / "environment");
  put_digits(folder / "chosen", 1, 1);
  EXPECT_EQ(find_mnist_directory(folder / "chosen"), folder / "chosen");
}

TEST(MnistDirectory, FolderNamedByTheUserMustHoldTheFiles) {
  const TemporaryFolder folder;
  EXPECT_EQ(error_of([&] { find_mnist_directory(folder.path()); }),
            "the folder " + folder.path().string() + " holds no MNIST files (train-images-idx3-ubyte, …)");
  Environment environment;
  environment.set("ISR_MNIST_DIR", folder.path().c_str());
  EXPECT_EQ(error_of([] { find_mnist_directory(); }),
            "ISR_MNIST_DIR names " + folder.path().string() +
                ", which holds no MNIST files (train-images-idx3-ubyte, …)");
}

}  // namespace
}  // namespace isr
