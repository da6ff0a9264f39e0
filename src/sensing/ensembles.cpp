#include "sensing/ensembles.h"

#include "base/error.h"
#include "base/text.h"
#include "sensing/dense_matrix.h"
#include "sensing/random.h"
#include "sensing/sign_matrix.h"

namespace isr {
namespace {

#ifdef __EMSCRIPTEN__
// Packed signs rest on permutations of lanes, which WebAssembly emulates: there entries are far quicker.
OperatorPtr sign_matrix(Index n, Index p, std::uint32_t seed, double q) {
  DenseMatrix::RowMajor entries(n, p);
  RandomStream stream = RandomStream::numpy(seed);
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < p; ++j) entries(i, j) = stream.uniform() > 1 - q ? 1.0f : -1.0f;
  return std::make_shared<DenseMatrix>(std::move(entries));
}
#else
OperatorPtr sign_matrix(Index n, Index p, std::uint32_t seed, double q) {
  SignBits bits(static_cast<std::size_t>(n), static_cast<std::size_t>(p));
  RandomStream stream = RandomStream::numpy(seed);
  for (std::size_t i = 0; i < bits.rows; ++i)
    for (std::size_t j = 0; j < bits.cols; ++j)
      if (stream.uniform() > 1 - q) bits.set_positive(i, j);
  return std::make_shared<SignMatrix>(bits);
}
#endif

OperatorPtr gaussian_matrix(Index n, Index p, std::uint32_t seed) {
  DenseMatrix::RowMajor entries(n, p);
  RandomStream stream = RandomStream::named(seed, "matrix");
  for (Index i = 0; i < n; ++i)
    for (Index j = 0; j < p; ++j) entries(i, j) = static_cast<float>(stream.normal());
  return std::make_shared<DenseMatrix>(std::move(entries));
}

}  // namespace

const char* to_string(Ensemble ensemble) {
  switch (ensemble) {
    case Ensemble::gaussian:
      return "gaussian";
    case Ensemble::rademacher:
      return "rademacher";
    case Ensemble::biased_sign:
      return "biased-sign";
  }
  return "unknown";
}

Ensemble parse_ensemble(const std::string& name) {
  for (const Ensemble kind : {Ensemble::gaussian, Ensemble::rademacher, Ensemble::biased_sign})
    if (name == to_string(kind)) return kind;
  throw UsageError("ensemble " + name + " is unknown; it is one of gaussian, rademacher, biased-sign");
}

OperatorPtr make_ensemble(Ensemble ensemble, Index n, Index p, std::uint32_t seed, double q) {
  if (n < 1 || p < 1) throw UsageError("a measurement matrix needs at least one row and one column");
  if (!(q > 0 && q < 1)) throw UsageError("the probability of +1 must lie between 0 and 1");
  switch (ensemble) {
    case Ensemble::rademacher:
      return sign_matrix(n, p, seed, 0.5);
    case Ensemble::biased_sign:
      return sign_matrix(n, p, seed, q);
    default:
      return gaussian_matrix(n, p, seed);
  }
}

Eigen::MatrixXd add_noise(Eigen::MatrixXd y, double sigma, std::uint32_t seed) {
  RandomStream stream = RandomStream::named(seed, "noise");
  if (sigma > 0)
    for (Index b = 0; b < y.cols(); ++b)
      for (Index i = 0; i < y.rows(); ++i) y(i, b) += sigma * stream.normal();
  if (!y.allFinite())
    throw UsageError("the noise must leave the measurements finite; its standard deviation " +
                     formatted("%g", sigma) + " does not");
  return y;
}

}  // namespace isr
