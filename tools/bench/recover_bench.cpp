// One call of recover_each on arrays in files, for tools/bench/compare_python.py, which makes the same call
// from Python:
//
//   recover_bench X.npy Y.npy DEPTH      prints the seconds from the arrays in memory to all w
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "base/npy.h"
#include "solver/recover.h"

namespace {

Eigen::MatrixXd matrix(const char* file) {
  const auto array = isr::read_npy<double>(file);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto rows = static_cast<Eigen::Index>(array.shape.at(0));
  return Eigen::Map<const RowMajor>(array.values.data(), rows,
                                    static_cast<Eigen::Index>(array.values.size()) / rows);
}

}  // namespace

int main(int count, char** arguments) {
  using namespace isr;
  if (count != 4) {
    std::cerr << "usage: recover_bench X.npy Y.npy DEPTH\n";
    return 2;
  }
  try {
    const Eigen::MatrixXd x = matrix(arguments[1]), y = matrix(arguments[2]);
    RecoverOptions options;
    options.depth = std::atoi(arguments[3]);
    options.model = Model::nonnegative;
    const auto start = std::chrono::steady_clock::now();
    const Problem problem = make_problem(x, y, 0);
    const auto found = recover_each(problem, std::span(&options, 1));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.6f %.3e\n", seconds.count(), found[0][0].residual);
  } catch (const Error& error) {
    std::cerr << "recover_bench: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
