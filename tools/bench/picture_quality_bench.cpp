// Recovery of the bundled pictures, measured: quality beside the lasso with its best λ, and cost per pixel.
// Run: build/release/bin/picture_quality_bench [quality] [descent] [digits] [stars] [cost]      (default:
// all) Prints a table in Markdown for each. Nothing but the column "lasso, best λ" is chosen by the truth.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "base/parallel.h"
#include "baselines/fista.h"
#include "image/image_file.h"
#include "image/mnist.h"
#include "metrics/metrics.h"
#include "sensing/problem.h"
#include "solver/adaptive_flow.h"
#include "solver/recovery_rounds.h"

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

constexpr int default_shifts = 4;  // of isr recover

struct Recovered {
  double decibels, seconds, processor_seconds;
  int products;
};

Recovered recover(const Problem& problem, const Image& truth, int depth, double init, int rounds, int shifts,
                  const std::optional<DescentSteps>& descent = {}) {
  AdaptiveFlowOptions options;
  options.descent = descent;
  options.flow.network = {
      depth, basis_info(problem.model.basis).nonnegative ? Model::nonnegative : Model::signed_model, init};
  options.rounds = rounds;
  options.shifts = shifts;
  options.width = truth.width;
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t processor_start = std::clock();
  const Operators& operators = problem.operators;
  const auto result = adaptive_flow(*operators.sensing, operators.synthesis.get(), *operators.system,
                                    problem.measurements.cast<float>(), options);
  const double seconds = seconds_since(start);
  const double processor = static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  return {psnr(Image(truth.height, truth.width, operators.pixels(result.w)), truth), seconds, processor,
          result.products};
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
      const int most = AdaptiveFlowOptions().rounds;
      for (const auto& [rounds, shifts] : {std::pair{0, 1}, {most, 1}, {most, default_shifts}})
        for (const int depth : {2, 3})
          std::printf(" %.2f |", recover(problem, image, depth, 0.05, rounds, shifts).decibels);
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
      static_cast<long long>(DescentSteps().iterations));
  for (const char* side : {"256", "512"})
    for (const int depth : {2, 3}) {
      const Image image = load("camera.png", side);
      const Problem problem = simulate(model_of(image, 0.25, "cdf97"), image.pixels, 0);
      const int rounds = AdaptiveFlowOptions().rounds;
      const Recovered flow = recover(problem, image, depth, 0.05, rounds, 1);
      const Recovered descent = recover(problem, image, depth, 0.05, rounds, 1, DescentSteps());
      std::printf("| %s × %s | %d | %.2f | %.1f | %.2f | %.1f |\n", side, side, depth, flow.decibels,
                  flow.seconds, descent.decibels, descent.seconds);
      std::fflush(stdout);
    }
}

// As isr recover does: each digit's PSNR, at most 100.
std::vector<double> digit_decibels(const Problem& problem, const std::vector<LabelledImage>& images,
                                   int depth, int rounds) {
  const Operators& operators = problem.operators;
  const RecoveryRounds recoverer(*operators.system, operators.synthesis.get(), rounds);
  RecoverOptions options;
  options.network = {depth, Model::nonnegative, 1e-10};
  options.stop.rule = StopRule::limit;
  std::vector<double> decibels(images.size());
  parallel_for(images.size(), [&](std::size_t k) {
    const auto w = recoverer.solve(problem.measurements.col(static_cast<Index>(k)), options).w;
    const Image recovered(28, 28, operators.pixels(w.cast<float>()));
    decibels[k] = std::min(100.0, psnr(recovered, images[k].image));
  });
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
      recover(problem, image, 2, 1e-10, 0, 1).decibels);
  std::printf(" %.1f |\n", recover(problem, image, 3, 1e-10, 0, 1).decibels);
}

void cost() {
  std::printf(
      "\n## Cost of a recovery at 25 %%, basis cdf97\n\n"
      "| pixels | depth | seconds | processor seconds | products | processor µs per pixel "
      "|\n|---|---|---|---|---|---|\n");
  for (const char* side : {"256", "512", "1024"})
    for (const int depth : {2, 3}) {
      const Image image = load("camera.png", side);
      const Problem problem = simulate(model_of(image, 0.25, "cdf97"), image.pixels, 0);
      const Recovered r = recover(problem, image, depth, 0.05, AdaptiveFlowOptions().rounds, default_shifts);
      std::printf("| %s × %s | %d | %.1f | %.1f | %d | %.1f |\n", side, side, depth, r.seconds,
                  r.processor_seconds, r.products,
                  1e6 * r.processor_seconds / static_cast<double>(image.pixels.rows()));
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
