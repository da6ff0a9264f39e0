// Recovery of the bundled pictures, measured: quality beside the lasso with its best λ, and cost per pixel.
// Run: build/release/bin/picture_quality_bench [quality] [descent] [digits] [stars] [cost]      (default:
// all) Prints a table in Markdown for each. Everything goes through recover(), as isr does; nothing but the
// column "lasso, best λ" is chosen by the truth.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <string>
#include <vector>

#include "baselines/fista.h"
#include "image/image_file.h"
#include "image/mnist.h"
#include "metrics/metrics.h"
#include "sensing/problem.h"
#include "solver/recover.h"

namespace isr {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Image load(const std::string& name, const std::string& resize, bool gray = true) {
  std::vector<std::string> notes;
  ImageEdits edits;
  edits.resize = resize;
  edits.gray = gray;
  return load_image(std::string(ISR_DATA_DIR) + "/images/" + name, edits, notes);
}

MeasurementModel model_of(const Image& image, double share, const std::string& basis) {
  MeasurementModel model;
  model.height = image.height;
  model.width = image.width;
  model.channels = image.channels();
  model.measurements = static_cast<Index>(share * static_cast<double>(model.pixels()));
  model.ensemble = "hadamard";
  model.basis = basis;
  return model;
}

struct Recovered {
  double decibels, seconds, processor_seconds;
};

RecoverOptions options_of(int depth, int rounds, int shifts) {
  RecoverOptions options;
  options.depth = depth;
  options.rounds = rounds;
  options.shifts = shifts;
  return options;
}

Recovered measured(const Problem& problem, const Image& truth, const RecoverOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t processor_start = std::clock();
  const Recovery found = recover(problem, options);
  const double seconds = seconds_since(start);
  const double processor = static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  const Image picture(truth.height, truth.width, problem.operators.pixels(found.w.cast<float>()));
  return {psnr(picture, truth), seconds, processor};
}

// The best PSNR over a grid of λ, chosen by the truth.
double best_lasso(const Problem& problem, const Image& truth) {
  const LinearOperator& system = *problem.operators.system;
  const Eigen::MatrixXf y = problem.measurements.cast<float>();
  const Eigen::VectorXd largest = largest_lambda(system, y);
  FistaOptions options;
  options.tolerance = 1e-6;
  options.iterations = 1000;
  options.squared_norm = 1.05 * squared_norm_estimate(system);
  double best = 0;
  Eigen::MatrixXf w;
  for (double share = 1e-2; share > 5e-6; share /= 2) {
    auto result = fista(system, y, share * largest, options, w.size() > 0 ? &w : nullptr);
    w = std::move(result.w);
    best = std::max(best, psnr(Image(truth.height, truth.width, problem.operators.pixels(w)), truth));
  }
  return best;
}

void quality() {
  std::printf(
      "\n## Photographs from 25 %% of their measurements (randomized Hadamard), PSNR in dB\n\n"
      "| picture | basis | lasso, best λ | N = 2, 1 round | N = 3 | N = 2, 4 rounds | N = 3 | N = 2, and 4 "
      "shifts | N = 3 |\n|---|---|---|---|---|---|---|---|---|\n");
  struct Case {
    const char *name, *resize;
    bool gray;
  };
  for (const Case& c :
       {Case{"camera.png", "256", true}, Case{"camera.png", "512", true}, Case{"chelsea.png", "256", false}})
    for (const char* basis : {"haar", "db4", "cdf97"}) {
      const Image image = load(c.name, c.resize, c.gray);
      const Problem problem = simulate(model_of(image, 0.25, basis), image.pixels, 0);
      std::printf("| %s, %d × %d%s | %s | %.2f |", c.name, image.width, image.height,
                  c.gray ? "" : ", colour", basis, best_lasso(problem, image));
      const int most = RecoverOptions().rounds, default_shifts = RecoverOptions().shifts;
      for (const auto& [rounds, shifts] : {std::pair{0, 1}, {most, 1}, {most, default_shifts}})
        for (const int depth : {2, 3})
          std::printf(" %.2f |", measured(problem, image, options_of(depth, rounds, shifts)).decibels);
      std::printf("\n");
      std::fflush(stdout);
    }
}

void descent() {
  std::printf(
      "\n## camera.png from 25 %% of its measurements, basis cdf97: flow and gradient descent (%lld "
      "iterations "
      "at most)\n\n"
      "| pixels | depth | flow, dB | seconds | gradient descent, dB | seconds |\n|---|---|---|---|---|---|\n",
      static_cast<long long>(RecoverOptions().iterations));
  for (const char* side : {"256", "512"})
    for (const int depth : {2, 3}) {
      const Image image = load("camera.png", side);
      const Problem problem = simulate(model_of(image, 0.25, "cdf97"), image.pixels, 0);
      RecoverOptions options = options_of(depth, RecoverOptions().rounds, 1);
      const Recovered flow = measured(problem, image, options);
      options.solver = SolverKind::gradient_descent;
      const Recovered descent = measured(problem, image, options);
      std::printf("| %s × %s | %d | %.2f | %.1f | %.2f | %.1f |\n", side, side, depth, flow.decibels,
                  flow.seconds, descent.decibels, descent.seconds);
      std::fflush(stdout);
    }
}

// As isr recover does: each digit's PSNR, at most 100.
std::vector<double> digit_decibels(const Problem& problem, const std::vector<LabelledImage>& images,
                                   int depth, int rounds) {
  const RecoverOptions options = options_of(depth, rounds, 1);
  const std::vector<Recovery> found = recover_each(problem, {&options, 1})[0];
  std::vector<double> decibels;
  for (std::size_t k = 0; k < images.size(); ++k) {
    const Image recovered(28, 28, problem.operators.pixels(found[k].w.cast<float>()));
    decibels.push_back(std::min(100.0, psnr(recovered, images[k].image)));
  }
  std::sort(decibels.begin(), decibels.end());
  return decibels;
}

void digits() {
  constexpr int count = 20;
  const auto images = load_mnist(parse_mnist_source("mnist:train:0-19"), find_mnist_directory(""));
  Eigen::MatrixXf pixels(784, count);
  for (int k = 0; k < count; ++k) pixels.col(k) = images[static_cast<std::size_t>(k)].image.pixels.col(0);
  std::printf(
      "\n## The first %d training digits from 196 measurements (25 %%, rademacher), PSNR in dB (each at most "
      "100)\n\n"
      "| seed | basis | N = 2, mean | median | least | N = 3, mean | median | least "
      "|\n|---|---|---|---|---|---|---|---|\n",
      count);
  struct Case {
    const char *name, *basis;
    int rounds;
  };
  for (const std::uint32_t seed : {42u, 1u, 2u})
    for (const Case& c : {Case{"pixel", "pixel", 0}, Case{"boxes, 1 round", "boxes", 0},
                          Case{"boxes, 4 rounds", "boxes", 3}}) {
      MeasurementModel model = model_of(images[0].image, 0.25, c.basis);
      model.ensemble = "rademacher";
      model.seed = seed;
      const Problem problem = simulate(model, pixels, 0);
      std::printf("| %u | %s |", seed, c.name);
      for (const int depth : {2, 3}) {
        const std::vector<double> decibels = digit_decibels(problem, images, depth, c.rounds);
        std::printf(" %.2f | %.2f | %.2f |", std::accumulate(decibels.begin(), decibels.end(), 0.0) / count,
                    (decibels[count / 2 - 1] + decibels[count / 2]) / 2, decibels[0]);
      }
      std::printf("\n");
      std::fflush(stdout);
    }
}

void stars() {
  const Image image = load("stars.png", "");
  const Problem problem = simulate(model_of(image, 0.125, "pixel"), image.pixels, 0);
  std::printf(
      "\n## stars.png (1.7 %% lit) from 12.5 %% of its measurements, in the pixel basis, PSNR in dB\n\n"
      "| N = 2 | N = 3 |\n|---|---|\n| %.1f |",
      measured(problem, image, options_of(2, 0, 1)).decibels);
  std::printf(" %.1f |\n", measured(problem, image, options_of(3, 0, 1)).decibels);
}

void cost() {
  std::printf(
      "\n## Cost of a recovery at 25 %%, basis cdf97\n\n"
      "| pixels | depth | seconds | processor seconds | processor µs per pixel |\n|---|---|---|---|---|\n");
  for (const char* side : {"256", "512", "1024"})
    for (const int depth : {2, 3}) {
      const Image image = load("camera.png", side);
      const Problem problem = simulate(model_of(image, 0.25, "cdf97"), image.pixels, 0);
      const Recovered r =
          measured(problem, image, options_of(depth, RecoverOptions().rounds, RecoverOptions().shifts));
      std::printf("| %s × %s | %d | %.1f | %.1f | %.1f |\n", side, side, depth, r.seconds,
                  r.processor_seconds, 1e6 * r.processor_seconds / static_cast<double>(image.pixels.rows()));
      std::fflush(stdout);
    }
}

}  // namespace
}  // namespace isr

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  const auto asked = [&](const char* name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  if (asked("quality")) isr::quality();
  if (asked("descent")) isr::descent();
  if (asked("digits")) isr::digits();
  if (asked("stars")) isr::stars();
  if (asked("cost")) isr::cost();
}
