#include "sensing/patterns.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/error.h"
#include "base/foreign_text.h"
#include "base/scratch.h"
#include "base/text.h"
#include "sensing/dct.h"
#include "sensing/orthogonal_transform.h"
#include "sensing/random.h"

namespace isr {
namespace {

constexpr const char* random_prefix = "random:";

std::optional<std::uint32_t> random_seed(const std::string& order) {
  if (!order.starts_with(random_prefix)) return {};
  const char* const first = order.data() + std::string_view(random_prefix).size();
  const char* const last = order.data() + order.size();
  std::uint32_t seed = 0;
  const auto [end, error] = std::from_chars(first, last, seed);
  if (error != std::errc() || end != last || first == last) return {};
  return seed;
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_order(const Patterns& patterns) {
  if (random_seed(patterns.order)) return;
  const bool hadamard = patterns.kind == "hadamard", pixel = patterns.kind == "pixel";
  if (is_one_of(patterns.order, {"natural", "sequency"})) return;
  if (patterns.order == "zigzag" && !pixel) return;
  if (patterns.order == "dyadic" && hadamard) return;
  throw UsageError("order must be natural, sequency" + std::string(hadamard ? ", dyadic" : "") +
                   (pixel ? "" : ", zigzag") + " or random:SEED for " + patterns.kind + " patterns; got " +
                   printable(patterns.order));
}

std::size_t reversed_bits(std::size_t value, std::size_t size) {
  std::size_t reversed = 0;
  for (std::size_t bit = 1; bit < size; bit <<= 1) reversed = reversed << 1 | ((value & bit) != 0 ? 1 : 0);
  return reversed;
}

// The row of the Sylvester matrix of this order that is number k of Paley's, or of the sequency order.
std::size_t sylvester_row(const std::string& order, std::size_t k, std::size_t size) {
  if (order == "natural") return k;
  return reversed_bits(order == "dyadic" ? k : k ^ (k >> 1), size);
}

// (i, j) by i + j, each diagonal the other way round than the last.
std::vector<std::pair<Index, Index>> zigzag(Index height, Index width) {
  std::vector<std::pair<Index, Index>> places;
  for (Index sum = 0; sum <= height + width - 2; ++sum)
    for (Index k = std::max<Index>(0, sum - width + 1); k <= std::min(sum, height - 1); ++k) {
      const Index row =
          sum % 2 == 1 ? k : std::max<Index>(0, sum - width + 1) + std::min(sum, height - 1) - k;
      places.emplace_back(row, sum - row);
    }
  return places;
}

// Where the transform leaves what pattern number k measures, for all k.
std::vector<std::uint32_t> places_of(const Patterns& patterns, Index height, Index width) {
  const auto h = static_cast<std::size_t>(height), w = static_cast<std::size_t>(width);
  const bool hadamard = patterns.kind == "hadamard";
  const auto place = [&](std::size_t i, std::size_t j) {
    if (!hadamard) return static_cast<std::uint32_t>(i * w + j);
    const std::string& order = patterns.order;
    return static_cast<std::uint32_t>(sylvester_row(order, i, h) * w + sylvester_row(order, j, w));
  };
  std::vector<std::uint32_t> places;
  places.reserve(h * w);
  if (patterns.order == "zigzag") {
    for (const auto& [i, j] : zigzag(height, width))
      places.push_back(place(static_cast<std::size_t>(i), static_cast<std::size_t>(j)));
    return places;
  }
  for (std::size_t i = 0; i < h; ++i)
    for (std::size_t j = 0; j < w; ++j) places.push_back(place(i, j));
  if (const auto seed = random_seed(patterns.order)) {
    RandomStream stream = RandomStream::named(*seed, "pattern order");
    for (std::size_t k = places.size(); k > 1; --k) std::swap(places[k - 1], places[stream.below(k)]);
  }
  return places;
}

// The inverse of sylvester_row for the sequency order.
std::size_t sign_changes(std::size_t row, std::size_t size) {
  std::size_t changes = reversed_bits(row, size);
  for (std::size_t shift = 1; shift < size; shift <<= 1) changes ^= changes >> shift;  // of the Gray code
  return changes;
}

class PatternOperator final : public LinearOperator {
 public:
  PatternOperator(const Patterns& patterns, Index readings, Index height, Index width)
      : hadamard_(patterns.kind == "hadamard"),
        positive_(patterns.readings != "signed"),
        pairs_(patterns.readings == "pairs"),
        p_(height * width),
        entry_(hadamard_ ? std::sqrt(static_cast<float>(p_)) : 1),
        bound_(hadamard_ ? 1.0f : static_cast<float>(2 / std::sqrt(static_cast<double>(p_)))) {
    if (patterns.kind == "dct") dct_.emplace(height, width);
    const std::vector<std::uint32_t> all = places_of(patterns, height, width);
    const Index shown = pairs_ ? readings / 2 : readings;
    for (Index k = 0; k < shown; ++k)
      places_.push_back(all[static_cast<std::size_t>(
          patterns.rows.empty() ? k : patterns.rows[static_cast<std::size_t>(k)])]);
    std::vector<std::uint32_t> sorted = places_;
    std::sort(sorted.begin(), sorted.end());
    repeats_ = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  }

  Index rows() const override { return static_cast<Index>(places_.size()) * (pairs_ ? 2 : 1); }
  Index cols() const override { return p_; }

  double tight_frame_constant() const override {
    if (repeats_ || positive_) return 0;
    return hadamard_ ? static_cast<double>(p_) : 1;
  }

  Eigen::VectorXd known_squared_norms() const override {
    if (positive_ || dct_) return {};
    if (hadamard_) return Eigen::VectorXd::Constant(p_, static_cast<double>(places_.size()));
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(p_);
    for (const std::uint32_t place : places_) squares(place) += 1;
    return squares;
  }

  std::size_t memory_bytes() const override {
    return places_.size() * sizeof(places_[0]) + static_cast<std::size_t>(p_) * sizeof(float) +
           (dct_ ? dct_->memory_bytes() : 0);
  }

  void apply(ConstColumns x, Columns y) const override {
    ScratchVector coefficients(static_cast<std::size_t>(p_));
    for (Index b = 0; b < x.cols(); ++b) {
      std::copy_n(x.col(b).data(), p_, coefficients.data());
      transform(coefficients.data(), true);
      const float light = positive_ ? bound_ * static_cast<float>(x.col(b).cast<double>().sum()) : 0;
      read(coefficients.data(), light, y.col(b).data());
    }
  }

  void adjoint(ConstColumns y, Columns x) const override {
    for (Index b = 0; b < y.cols(); ++b) {
      float* const out = x.col(b).data();
      std::fill_n(out, p_, 0.0f);
      const float* const from = y.col(b).data();
      for (std::size_t k = 0; k < places_.size(); ++k)
        out[places_[k]] += entry_ * (pairs_      ? 0.5f * (from[2 * k] - from[2 * k + 1])
                                     : positive_ ? 0.5f * from[k]
                                                 : from[k]);
      transform(out, false);
      if (positive_) x.col(b).array() += 0.5f * bound_ * static_cast<float>(y.col(b).cast<double>().sum());
    }
  }

 private:
  void read(const float* coefficients, float light, float* y) const {
    for (std::size_t k = 0; k < places_.size(); ++k) {
      const float value = entry_ * coefficients[places_[k]];
      if (pairs_)
        y[2 * k] = 0.5f * (light + value), y[2 * k + 1] = 0.5f * (light - value);
      else
        y[k] = positive_ ? 0.5f * (light + value) : value;
    }
  }

  void transform(float* x, bool forward) const {
    if (dct_) {
      forward ? dct_->forward(x, x) : dct_->backward(x, x);
    } else if (hadamard_) {
      fast_walsh_hadamard(x, static_cast<std::size_t>(p_));
    }
  }

  bool hadamard_, positive_, pairs_;
  bool repeats_ = false;
  Index p_;
  float entry_;  // of a pattern, over that of the orthonormal transform
  float bound_;  // c
  std::optional<SeparableDct> dct_;
  std::vector<std::uint32_t> places_;
};

}  // namespace

void Patterns::validate(Index height, Index width) const {
  if (!is_pattern_kind(kind))
    throw UsageError("patterns must be hadamard, dct or pixel; got " + printable(kind));
  check_order(*this);
  if (!is_one_of(readings, {"signed", "positive", "pairs"}))
    throw UsageError("readings must be signed, positive or pairs; got " + printable(readings));
  if (kind == "pixel" && readings != "signed")
    throw UsageError("readings of single pixels are always signed; got " + readings);
  const auto is_power = [](Index side) { return std::has_single_bit(static_cast<std::size_t>(side)); };
  if (kind == "hadamard" && !(is_power(height) && is_power(width)))
    throw UsageError("patterns hadamard need sides that are powers of two; the shape is " +
                     std::to_string(height) + "x" + std::to_string(width));
  for (const Index row : rows)
    if (row < 0 || row >= height * width)
      throw UsageError("rows must be numbers of patterns, from 0 to " + std::to_string(height * width - 1) +
                       "; one is " + std::to_string(row) +
                       (row == height * width ? " (are they numbered from 1?)" : ""));
}

bool is_pattern_kind(const std::string& word) {
  return is_one_of(word, {"hadamard", "dct", "pixel"});
}

std::vector<Index> pattern_numbers(const Eigen::MatrixXd& values, const std::string& name) {
  constexpr double most = 4294967295;
  std::vector<Index> numbers;
  for (const double value : values.reshaped()) {
    if (!(value >= 0 && value <= most && value == std::floor(value)))
      throw Error(name + " must hold numbers of patterns, whole and from 0; one is " + shown(value));
    numbers.push_back(static_cast<Index>(value));
  }
  if (numbers.empty()) throw Error(name + " holds no numbers of patterns");
  return numbers;
}

OperatorPtr make_patterns(const Patterns& patterns, Index readings, Index height, Index width) {
  patterns.validate(height, width);
  const bool pairs = patterns.readings == "pairs";
  if (pairs && readings % 2 != 0)
    throw UsageError("readings in pairs must be even in number; there are " + std::to_string(readings));
  const Index shown = pairs ? readings / 2 : readings;
  const Index known = patterns.rows.empty() ? height * width : static_cast<Index>(patterns.rows.size());
  if (shown < 1 || shown > known || (!patterns.rows.empty() && shown != known))
    throw UsageError("measurements must be as many as the patterns that were shown, " +
                     std::string(patterns.rows.empty() ? "at most " : "") + std::to_string(known) + "; got " +
                     std::to_string(shown));
  return std::make_shared<PatternOperator>(patterns, readings, height, width);
}

std::vector<Index> frequencies_of(const Patterns& patterns, Index height, Index width) {
  patterns.validate(height, width);
  const auto h = static_cast<std::size_t>(height), w = static_cast<std::size_t>(width);
  const bool hadamard = patterns.kind == "hadamard";
  std::vector<Index> frequencies;
  for (const std::uint32_t place : places_of(patterns, height, width)) {
    const std::size_t i = place / w, j = place % w;
    const std::size_t sum = hadamard ? sign_changes(i, h) + sign_changes(j, w) : i + j;
    frequencies.push_back(patterns.kind == "pixel" ? 0 : static_cast<Index>(sum));
  }
  return frequencies;
}

std::string describe(const Patterns& patterns) {
  if (patterns.kind == "pixel") return "seen pixels";
  const std::string readings = patterns.readings == "signed" ? "" : ", " + patterns.readings;
  return patterns.kind + " patterns (" + patterns.order + " order" + readings + ")";
}

}  // namespace isr
