// What a sweep recovers: pictures, and sparse signals made for it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/image.h"
#include "sensing/problem.h"

namespace isr {

// The nonzero values of a sparse signal: standard normal, ±1 with probability ½, or 1.
enum class Amplitudes { gaussian, signs, ones };

// A random vector of p values, k of them not 0, at places drawn without replacement.
struct SparseSignal {
  Index p = 784;
  Index k = 0;                // 1 … p, or …
  std::optional<double> rho;  // … k = ρ·n, at least 1, of n measurements
  Amplitudes amplitudes = Amplitudes::gaussian;
  int instance = 1;  // counts signals of the same kind

  Index nonzero(Index measurements) const;

  // p × 1, from the stream named by all of the above of this seed.
  Eigen::MatrixXf make(Index measurements, std::uint32_t seed) const;
};

// One thing to be recovered, again and again.
struct Subject {
  std::string source, label;
  std::shared_ptr<const Image> picture;  // or …
  SparseSignal signal;

  bool is_picture() const { return picture != nullptr; }
  Index height() const { return picture ? picture->height : 1; }
  Index width() const { return picture ? picture->width : signal.p; }
  Index channels() const { return picture ? picture->channels() : 1; }

  // The true values, (height·width) × channels.
  Eigen::MatrixXf truth(Index measurements, std::uint32_t seed) const;
};

Subject subject_of(LabelledImage image);

// True when the text starts with "sparse:".
bool is_sparse_source(const std::string& source);

// Reads "sparse:k=10..200:20,p=784": for each k, in the words of an axis (see expand_values), `count` signals
// of p values; `rho=0.05..0.95:19` in place of k. p=784, amplitudes=gaussian, count=1 where they are not
// given. Throws UsageError, saying what is expected, for anything else.
std::vector<Subject> parse_sparse_source(const std::string& source);

// A fingerprint of them all, 16 hexadecimal digits: equal for the same pictures on any machine.
std::string fingerprint(const std::vector<Subject>& subjects);

}  // namespace isr
