// What the flow recovers, and how well it stops without the truth:
//     recovery_quality_bench digits [COUNT]            the bundled digits at the limit, the paper's matrix,
//                                                      beside NNLS
//     recovery_quality_bench noise [DRAWS [DEPTH]]     hold-out and discrepancy against the oracle
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/parallel.h"
#include "baselines/baselines.h"
#include "image/mnist.h"
#include "sensing/ensembles.h"
#include "sensing/random.h"
#include "solver/recover.h"

namespace isr {
namespace {

double decibels(const Eigen::VectorXd& w, const Eigen::VectorXd& truth) {  // PSNR, peak 1, unclipped
  return -10 * std::log10((w - truth).squaredNorm() / static_cast<double>(w.size()));
}

Eigen::MatrixXd digits(int first, int count) {
  Eigen::MatrixXd result(784, count);
  for (int done = 0; done < count;) {
    const bool train = first + done < 100;
    const int begin = train ? first + done : first + done - 100;
    const int end = train ? std::min(100, begin + count - done) : begin + count - done;
    const auto text = std::string(train ? "mnist:train:" : "mnist:test:") + std::to_string(begin) + "-" +
                      std::to_string(end - 1);
    for (const auto& digit : load_mnist(parse_mnist_source(text), ISR_DATA_DIR "/mnist"))
      result.col(done++) = digit.image.pixels.col(0).cast<double>();
  }
  return result;
}

RecoverOptions options_of(int depth, Model model, double init, const std::string& stop) {
  RecoverOptions options;
  options.depth = depth;
  options.model = model;
  options.init = init;
  options.stop = parse_stop(stop);
  return options;
}

Problem problem_of(OperatorPtr op, const std::string& ensemble, const Eigen::MatrixXd& y, double noise,
                   std::uint32_t seed) {
  Problem problem;
  problem.model.height = 1, problem.model.width = op->cols();
  problem.model.measurements = op->rows();
  problem.model.ensemble = ensemble;
  problem.model.seed = seed;
  problem.operators = operators_of(std::move(op), problem.model);
  problem.measurements = y;
  problem.noise = noise;
  return problem;
}

// Is the limit, followed to a residual at which only rounding is left, an image other than the truth? Then
// the measurements do not determine the truth, and NNLS, which ends in a corner of all images that fit, came
// upon it by chance.
bool has_other_solution(const Recoverer& recoverer, const Problem& problem, Index picture,
                        const Eigen::VectorXd& truth, RecoverOptions options) {
  options.limit_residual = 1e-12;
  const Eigen::VectorXd w = recoverer.solve(picture, options).w, y = problem.measurements.col(picture);
  return w.minCoeff() >= 0 && (problem.operators.system->dense() * w - y).norm() <= 1e-12 * y.norm() &&
         (w - truth).norm() > 1e-3 * truth.norm();
}

void bundled_digits(int count) {
  const OperatorPtr op = make_ensemble(Ensemble::biased_sign, 392, 784, 42);
  const Eigen::MatrixXd truth = digits(0, count), y = op->dense() * truth;
  Baselines baselines(*op, {});
  const auto nnls = baselines.run(Baseline::nnls, y);
  std::vector<bool> recoverable;
  for (int i = 0; i < count; ++i)
    recoverable.push_back((nnls[static_cast<std::size_t>(i)].w - truth.col(i)).norm() <
                          1e-6 * truth.col(i).norm());
  std::printf("%d digits, n = 392; NNLS recovers %td (relative error below 1e-6)\n", count,
              std::count(recoverable.begin(), recoverable.end(), true));
  const Problem problem = problem_of(op, "biased-sign", y, 0, 42);
  const Recoverer recoverer(problem, {});
  for (const int depth : {2, 3, 5}) {
    const RecoverOptions options = options_of(depth, Model::nonnegative, 1e-3, "limit");
    const std::vector<Recovery> results = recover_each(problem, {&options, 1})[0];
    int above = 0, of = 0, reached = 0, others = 0;
    double worst = 1e9, seconds = 0, slowest = 0;
    for (int i = 0; i < count; ++i) {
      const Recovery& result = results[static_cast<std::size_t>(i)];
      seconds += result.seconds / count;
      slowest = std::max(slowest, result.seconds);
      reached += result.status == Status::limit_reached;
      if (!recoverable[static_cast<std::size_t>(i)]) continue;
      ++of;
      const double psnr = decibels(result.w, truth.col(i));
      above += psnr > 60;
      const bool other = psnr <= 60 && has_other_solution(recoverer, problem, i, truth.col(i), options);
      others += other;
      if (!other) worst = std::min(worst, psnr);
    }
    std::printf(
        "N = %d: %d of %d above 60 dB; of %d others the limit is another nonnegative image that fits to "
        "1e-12; "
        "the worst of the rest %.1f dB\n       residual 1e-8 reached by %d of %d; %.3f s a digit, the "
        "slowest "
        "%.3f s\n",
        depth, above, of, others, worst, reached, count, seconds, slowest);
  }
}

// Mean PSNR loss of each rule against the oracle, over draws of noise and matrix.
struct NoisyProblem {
  std::string name;
  OperatorPtr op;
  Eigen::VectorXd truth;
  double sigma;
};

std::vector<double> column_means(const std::vector<std::vector<double>>& rows) {
  std::vector<double> means(rows.at(0).size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += row[i] / static_cast<double>(rows.size());
  return means;
}

void compare_rules(const std::string& name, const std::vector<NoisyProblem>& draws, Model model, double w0,
                   const std::vector<int>& depths) {
  const std::vector<std::string> rules = {"oracle", "holdout", "holdout:5", "discrepancy",
                                          "discrepancy at t = 1"};
  for (const int depth : depths) {
    std::vector<std::vector<double>> quality(draws.size(), std::vector<double>(rules.size()));
    std::vector<std::vector<double>> seconds = quality;
    parallel_for(draws.size(), [&](std::size_t draw) {
      const NoisyProblem& problem = draws[draw];
      const Eigen::VectorXd y =
          add_noise(problem.op->dense() * problem.truth, problem.sigma, static_cast<std::uint32_t>(draw));
      for (std::size_t i = 0; i < rules.size(); ++i) {
        RecoverOptions options = options_of(depth, model, w0, rules[i].substr(0, rules[i].find(' ')));
        options.stop.sigma = problem.sigma;
        options.seed = 0;
        if (rules[i].ends_with("t = 1")) options.stop.factor = 1;
        const Problem measured = problem_of(problem.op, "rademacher", y, problem.sigma, 0);
        RecoverWatch watch;
        watch.error = [&](Index, const Eigen::MatrixXd& w) {
          return (w.col(0) - problem.truth).squaredNorm();
        };
        const auto start = std::chrono::steady_clock::now();
        const Recovery result = recover(measured, options, watch);
        seconds[draw][i] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        quality[draw][i] = decibels(result.w, problem.truth);
      }
    });
    std::printf("%-22s N = %d:", name.c_str(), depth);
    const std::vector<double> mean = column_means(quality), time = column_means(seconds);
    for (std::size_t i = 0; i < rules.size(); ++i)
      std::printf("  %s %.2f dB (%+.2f; %.2f s)", rules[i].c_str(), mean[i], mean[i] - mean[0], time[i]);
    std::printf("\n");
    std::fflush(stdout);
  }
}

void noisy_problems(int draws, const std::vector<int>& depths) {
  for (const double snr : {20.0, 10.0}) {
    std::vector<NoisyProblem> problems;
    const Eigen::MatrixXd truth = digits(0, draws);
    for (int draw = 0; draw < draws; ++draw) {
      const OperatorPtr op = make_ensemble(Ensemble::rademacher, 392, 784, static_cast<std::uint32_t>(draw));
      const Eigen::VectorXd y = op->dense() * truth.col(draw);
      problems.push_back({"", op, truth.col(draw), y.norm() / std::sqrt(392.0) * std::pow(10, -snr / 20)});
    }
    compare_rules("digits, " + std::to_string(static_cast<int>(snr)) + " dB", problems, Model::nonnegative,
                  1e-3, depths);
  }
  std::vector<NoisyProblem> problems;
  for (int draw = 0; draw < draws; ++draw) {
    Eigen::VectorXd truth = Eigen::VectorXd::Zero(3000);
    truth.head(5).setOnes();
    problems.push_back(
        {"", make_ensemble(Ensemble::rademacher, 500, 3000, static_cast<std::uint32_t>(draw)), truth, 0.5});
  }
  compare_rules("n 500, p 3000, k 5", problems, Model::signed_model, 1e-6, depths);
}

}  // namespace
}  // namespace isr

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const int count = argc > 2 ? std::atoi(argv[2]) : 0;
  if (what == "digits") {
    isr::bundled_digits(count > 0 ? count : 200);
  } else if (what == "noise") {
    const int depth = argc > 3 ? std::atoi(argv[3]) : 0;
    isr::noisy_problems(count > 0 ? count : 20,
                        depth > 0 ? std::vector<int>{depth} : std::vector<int>{2, 3, 5});
  } else {
    std::fprintf(stderr, "usage: recovery_quality_bench digits [COUNT] | noise [DRAWS [DEPTH]]\n");
    return 2;
  }
}
