#include "sweep/axes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/foreign_text.h"

namespace isr {
namespace {

constexpr std::size_t most_values = 1000000;

std::int64_t whole_of(const std::string& name, const std::string& text, std::int64_t least,
                      std::int64_t most) {
  const double value = number_of(name, text);
  if (value != std::floor(value) || value < static_cast<double>(least) || value > static_cast<double>(most))
    throw UsageError(name + " must be a whole number from " + std::to_string(least) + " to " +
                     std::to_string(most) + "; got " + printable(text));
  return static_cast<std::int64_t>(value);
}

constexpr std::int64_t most_int = std::numeric_limits<std::int32_t>::max();

void set_measurements(Setting& setting, const std::string& value) {
  MeasurementChoice& choice = setting.measurement;
  choice.measurements.reset();
  if (value.ends_with('%'))
    choice.share = number_of("measurements", value.substr(0, value.size() - 1)) / 100;
  else
    choice.measurements = whole_of("measurements", value, 1, most_int);
  choice.validate();
}

void set_noise(Setting& setting, const std::string& value) {
  setting.noise = number_of("noise", value);
  if (!(setting.noise >= 0)) throw UsageError("noise must be a number of at least 0; got " + value);
}

void set_model(Setting& setting, const std::string& value) {
  std::optional<Model>& model = setting.recover.model;
  model.reset();
  if (value == to_string(Model::signed_model))
    model = Model::signed_model;
  else if (value == to_string(Model::nonnegative))
    model = Model::nonnegative;
  else if (value != "auto")
    throw UsageError("model must be signed, nonnegative or auto; got " + printable(value));
}

void set_step(Setting& setting, const std::string& value) {
  RecoverOptions& recover = setting.recover;
  recover.step.reset(), recover.step_rule.reset();
  if (value == "auto")
    recover.step_rule = StepRule::operator_norm;
  else if (value != "default")
    recover.step = number_of("step", value);
  recover.validate();
}

template <class T>
void set_word(std::optional<T>& field, const std::string& value) {
  field.reset();
  if (value != "auto") field = value;
}

std::vector<SweepAxis> all_axes() {
  const Setting initial;
  const RecoverOptions& recover = initial.recover;
  return {
      {"measurements", "number of measurements, such as 392, or their share of the unknowns, such as 50%",
       true, Spacing::share, shortest(100 * initial.measurement.share) + "%", set_measurements},
      {"ensemble", "gaussian, rademacher, biased-sign, hadamard, dct, or auto", true, Spacing::word, "auto",
       [](Setting& s, const std::string& v) {
         set_word(s.measurement.ensemble, v);
         s.measurement.validate();
       }},
      {"positive-probability", "probability of +1 in biased-sign, between 0 and 1", true, Spacing::linear,
       shortest(initial.measurement.positive_probability),
       [](Setting& s, const std::string& v) {
         s.measurement.positive_probability = number_of("positive-probability", v);
         s.measurement.validate();
       }},
      {"basis", "where the picture is sparse: as of isr recover; auto: by the picture", true, Spacing::word,
       "auto",
       [](Setting& s, const std::string& v) {
         set_word(s.measurement.basis, v);
         s.measurement.validate();
       }},
      {"block", "side of the blocks measured by one small operator; 0: the whole picture", true,
       Spacing::whole, std::to_string(initial.measurement.block),
       [](Setting& s, const std::string& v) {
         s.measurement.block = whole_of("block", v, 0, most_block_side);
       }},
      {"noise", "standard deviation of the noise on each measurement, at least 0", true, Spacing::linear,
       shortest(initial.noise), set_noise},
      {"seed", "seed of the matrix, the noise and synthetic signals, 0 to 4294967295", true, Spacing::whole,
       std::to_string(initial.measurement.seed),
       [](Setting& s, const std::string& v) {
         s.measurement.seed = static_cast<std::uint32_t>(whole_of("seed", v, 0, 0xFFFFFFFFll));
       }},
      {"depth", "depth N, from 1 to 100", false, Spacing::whole, "2,3,5",
       [](Setting& s, const std::string& v) {
         s.recover.depth = static_cast<int>(whole_of("depth", v, 1, 100));
       }},
      {"init", "w0, the starting value of u^N, positive, or auto", false, Spacing::logarithmic, "auto",
       [](Setting& s, const std::string& v) {
         s.recover.init.reset();
         if (v != "auto") s.recover.init = number_of("init", v);
         s.recover.validate();
       }},
      {"model", "signed (u^N − v^N), nonnegative (u^N), or auto: nonnegative for pictures in the pixel basis",
       false, Spacing::word, "auto", set_model},
      {"rounds", "pictures in wavelets and boxes: further rounds, 0 to 100", false, Spacing::whole,
       std::to_string(recover.rounds),
       [](Setting& s, const std::string& v) {
         s.recover.rounds = static_cast<int>(whole_of("rounds", v, 0, 100));
       }},
      {"shifts", "pictures in wavelets: the mean over so many shifts of their grid, 1 to 64", false,
       Spacing::whole, std::to_string(recover.shifts),
       [](Setting& s, const std::string& v) {
         s.recover.shifts = static_cast<int>(whole_of("shifts", v, 1, 64));
       }},
      {"solver", "flow: the gradient flow; gd: gradient descent", false, Spacing::word,
       to_string(recover.solver),
       [](Setting& s, const std::string& v) { s.recover.solver = parse_solver(v); }},
      {"stop", "where to stop, as of isr recover: auto, holdout, residual:R, discrepancy, time:TAU, limit, …",
       false, Spacing::word, to_string(recover.stop),
       [](Setting& s, const std::string& v) { s.recover.stop = parse_stop(v); }},
      {"step", "step size of gradient descent, η = C/N²; auto: from the operator's norm; or default", false,
       Spacing::logarithmic, "default", set_step},
      {"iterations", "iterations of gradient descent at most, at least 0", false, Spacing::whole,
       std::to_string(recover.iterations),
       [](Setting& s, const std::string& v) {
         s.recover.iterations = whole_of("iterations", v, 0, std::int64_t{1} << 53);
       }},
      {"tolerance", "relative error of the flow's path, above 0, at most 0.5", false, Spacing::logarithmic,
       shortest(recover.tolerance),
       [](Setting& s, const std::string& v) {
         s.recover.tolerance = number_of("tolerance", v);
         s.recover.validate();
       }},
  };
}

// Twelve digits are enough to tell the values of a range apart, and hide the rounding of its arithmetic.
double rounded(double value) {
  if (value == 0) return 0;
  const double unit = std::pow(10.0, 11 - std::floor(std::log10(std::abs(value))));
  return std::isfinite(unit) ? std::round(value * unit) / unit : value;
}

struct RangeText {
  double low, high;
  std::size_t count;
  bool log, percent, whole;
};

[[noreturn]] void bad_range(const std::string& name, const std::string& text) {
  throw UsageError("over " + name + ": the range " + printable(text) +
                   " must be A..B, whole numbers, or A..B:K, K values from A to B, such as " +
                   "10%..90%:9 or 1e-8..1e-1:8");
}

double end_of_range(std::string text, bool percent, const std::string& name) {
  if (percent && text.ends_with('%')) text.pop_back();
  return number_of("over " + name, text);
}

RangeText parse_range(const std::string& name, Spacing spacing, const std::string& text) {
  const std::size_t dots = text.find("..");
  std::size_t colon = text.find(':', dots);
  if (colon == std::string::npos) colon = text.size();
  const std::string low = text.substr(0, dots), high = text.substr(dots + 2, colon - dots - 2);
  RangeText range{};
  range.percent = spacing == Spacing::share && low.ends_with('%');
  if (low.empty() || high.empty() || range.percent != high.ends_with('%')) bad_range(name, text);
  range.low = end_of_range(low, range.percent, name);
  range.high = end_of_range(high, range.percent, name);
  range.whole = spacing == Spacing::whole || (spacing == Spacing::share && !range.percent);
  range.log = spacing == Spacing::logarithmic;
  if (colon == text.size()) {
    range.log = false;
    const double steps = range.high - range.low;
    if (!range.whole || range.low != std::floor(range.low) || !(steps >= 0 && steps < most_values) ||
        steps != std::floor(steps))
      bad_range(name, text);
    range.count = static_cast<std::size_t>(steps) + 1;
    return range;
  }
  std::string count = text.substr(colon + 1);
  if (count.ends_with("lin") || count.ends_with("log")) {
    range.log = count.ends_with("log");
    count.resize(count.size() - 3);
  }
  const auto [end, error] = std::from_chars(count.data(), count.data() + count.size(), range.count);
  if (error != std::errc() || end != count.data() + count.size() || range.count < 2 ||
      range.count > most_values || range.low >= range.high)
    bad_range(name, text);
  if (range.log && !(range.low > 0))
    throw UsageError("over " + name + ": a logarithmic range must begin above 0; got " + printable(text));
  return range;
}

void append_range(std::vector<std::string>& values, const RangeText& range) {
  for (std::size_t i = 0; i < range.count; ++i) {
    const double share = range.count > 1 ? static_cast<double>(i) / static_cast<double>(range.count - 1) : 0;
    double value = range.log ? range.low * std::pow(range.high / range.low, share)
                             : range.low + (range.high - range.low) * share;
    value = range.whole ? std::round(value) : rounded(value);
    const std::string text = shortest(value) + (range.percent ? "%" : "");
    if (range.whole && !values.empty() && values.back() == text) continue;  // closer than whole numbers are
    values.push_back(text);
  }
}

// The number in its shortest text; words as they are.
std::string canonical(const std::string& text) {
  const bool percent = text.ends_with('%');
  double value = 0;
  const char* const last = text.data() + text.size() - (percent ? 1 : 0);
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value)) return text;
  return shortest(value) + (percent ? "%" : "");
}

}  // namespace

std::string shortest(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

double number_of(const std::string& name, const std::string& text) {
  double value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc() || end != last || !std::isfinite(value))
    throw UsageError(name + " must be a number; got " + printable(text));
  return value;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts{""};
  for (const char c : text)
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  return parts;
}

const std::vector<SweepAxis>& sweep_axes() {
  static const std::vector<SweepAxis> axes = all_axes();
  return axes;
}

const SweepAxis& axis_named(const std::string& name) {
  std::string names;
  for (const SweepAxis& axis : sweep_axes()) {
    if (axis.name == name) return axis;
    names += (names.empty() ? "" : ", ") + std::string(axis.name);
  }
  throw UsageError("over " + printable(name) + ": a sweep can vary " + names);
}

std::vector<std::string> expand_values(const std::string& name, Spacing spacing, const std::string& text) {
  std::vector<std::string> values;
  for (const std::string& item : split(text, ',')) {
    if (item.empty())
      throw UsageError("over " + name + " must have values, such as " + name + "=A,B or " + name + "=A..B:K");
    if (spacing != Spacing::word && item.find("..") != std::string::npos)
      append_range(values, parse_range(name, spacing, item));
    else
      values.push_back(spacing == Spacing::word ? item : canonical(item));
  }
  if (values.size() > most_values) throw UsageError("over " + name + " must have at most a million values");
  std::set<std::string> seen;
  for (const std::string& value : values)
    if (!seen.insert(value).second)
      throw UsageError("over " + name + " must have each value once; " + printable(value) + " comes twice");
  return values;
}

std::vector<std::string> axis_values(const SweepAxis& axis, const std::string& text) {
  std::vector<std::string> values = expand_values(axis.name, axis.spacing, text);
  Setting setting;
  for (const std::string& value : values) axis.set(setting, value);
  return values;
}

}  // namespace isr
