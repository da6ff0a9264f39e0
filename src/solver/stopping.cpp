#include "solver/stopping.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "sensing/random.h"

namespace isr {
namespace {

// The whole of `text` as a number.
bool read_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(value);
}

UsageError unknown_rule(const std::string& text) {
  return UsageError(
      "--stop " + text +
      " is no stopping rule; it is one of auto, holdout, holdout:FOLDS, holdout:SHARE%, residual:R, "
      "discrepancy, discrepancy:SIGMA, discrepancy:SIGMA:T, time:TAU, iterations, limit, oracle");
}

Stop parse_hold_out(Stop stop, const std::string& text, std::string value) {
  stop.rule = StopRule::hold_out;
  const bool share = value.ends_with('%');
  if (share) value.pop_back();
  double number = 0;
  if (!read_number(value, number)) throw unknown_rule(text);
  if (share) {
    if (!(number > 0 && number <= 50))
      throw UsageError("--stop " + text + ": the share kept back must lie between 0% and 50%");
    stop.folds = std::max(2, static_cast<int>(std::lround(100 / number)));
    stop.used = 1;
  } else {
    if (!(number >= 2 && number <= 1000) || number != std::floor(number))
      throw UsageError("--stop " + text + ": the number of folds must be a whole number of at least 2");
    stop.folds = stop.used = static_cast<int>(number);
  }
  return stop;
}

// "SIGMA" or "SIGMA:T".
Stop parse_discrepancy(Stop stop, const std::string& text, const std::string& value) {
  stop.rule = StopRule::discrepancy;
  const std::size_t colon = value.find(':');
  if (!read_number(value.substr(0, colon), stop.sigma)) throw unknown_rule(text);
  if (!(stop.sigma > 0)) throw UsageError("--stop " + text + ": σ must be positive");
  if (colon == std::string::npos) return stop;
  if (!read_number(value.substr(colon + 1), stop.factor)) throw unknown_rule(text);
  if (!(stop.factor > 0)) throw UsageError("--stop " + text + ": t must be positive");
  return stop;
}

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

}  // namespace

Stop parse_stop(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const bool has_value = colon != std::string::npos;
  const std::string value = has_value ? text.substr(colon + 1) : "";
  Stop stop;
  if (!has_value) {
    if (name == "auto") return stop;
    if (name == "iterations") return stop.rule = StopRule::iterations, stop;
    if (name == "limit") return stop.rule = StopRule::limit, stop;
    if (name == "oracle") return stop.rule = StopRule::oracle, stop;
    if (name == "holdout") return stop.rule = StopRule::hold_out, stop;
    if (name == "discrepancy") return stop.rule = StopRule::discrepancy, stop;
    throw unknown_rule(text);
  }
  if (name == "holdout") return parse_hold_out(stop, text, value);
  if (name == "discrepancy") return parse_discrepancy(stop, text, value);
  double number = 0;
  if (!read_number(value, number)) throw unknown_rule(text);
  if (name == "residual") {
    if (!(number > 0 && number < 1))
      throw UsageError("--stop " + text + ": the relative residual must lie between 0 and 1");
    stop.rule = StopRule::residual, stop.residual = number;
  } else if (name == "time") {
    if (!(number >= 0)) throw UsageError("--stop " + text + ": the flow time must not be negative");
    stop.rule = StopRule::time, stop.flow_time = number;
  } else {
    throw unknown_rule(text);
  }
  return stop;
}

std::string to_string(const Stop& stop) {
  switch (stop.rule) {
    case StopRule::automatic:
      return "auto";
    case StopRule::hold_out:
      if (stop.used == stop.folds) return "holdout:" + std::to_string(stop.folds);
      return stop.used == 1 ? "holdout:" + number_text(100.0 / stop.folds) + "%" : "holdout";
    case StopRule::residual:
      return "residual:" + number_text(stop.residual);
    case StopRule::discrepancy:
      return std::string("discrepancy") + (std::isnan(stop.sigma) ? "" : ":" + number_text(stop.sigma)) +
             (std::isnan(stop.factor) ? "" : ":" + number_text(stop.factor));
    case StopRule::time:
      return "time:" + number_text(stop.flow_time);
    case StopRule::iterations:
      return "iterations";
    case StopRule::limit:
      return "limit";
    case StopRule::oracle:
      return "oracle";
  }
  return "unknown";
}

Stop resolved(const Stop& stop, double noise) {
  Stop known = stop;
  if (stop.rule == StopRule::automatic)
    known.rule = noise == 0 ? StopRule::limit : noise > 0 ? StopRule::discrepancy : StopRule::hold_out;
  if (std::isnan(stop.sigma) && noise > 0) known.sigma = noise;
  return known;
}

double discrepancy_residual(double factor, double sigma, Eigen::Index n) {
  return (std::isnan(factor) ? 1 : factor) * sigma * std::sqrt(static_cast<double>(n));
}

void HeldOutCurve::append(double time, double error) {
  if (time <= 0 || !std::isfinite(error) || (!times.empty() && time <= times.back())) return;
  times.push_back(time);
  errors.push_back(error);
}

double HeldOutCurve::at(double time) const {
  if (times.empty()) return 0;
  const auto after = std::lower_bound(times.begin(), times.end(), time);
  if (after == times.begin()) return errors.front();
  if (after == times.end()) return errors.back();
  const auto i = static_cast<std::size_t>(after - times.begin());
  const double share = std::log(time / times[i - 1]) / std::log(times[i] / times[i - 1]);
  return errors[i - 1] + share * (errors[i] - errors[i - 1]);
}

bool HeldOutCurve::is_past_best() const {
  if (errors.empty()) return false;
  const auto best = std::min_element(errors.begin(), errors.end());
  const double best_time = times[static_cast<std::size_t>(best - errors.begin())];
  const auto decade_ago = std::lower_bound(times.begin(), times.end(), times.back() / 10);
  const auto first = errors.begin() + (decade_ago - times.begin());
  return times.back() > 10 * best_time && *std::min_element(first, errors.end()) > 4 * *best;
}

CoupledBootstrap::CoupledBootstrap(const Eigen::VectorXd& y, double sigma, std::uint32_t seed, int draw) {
  RandomStream stream = RandomStream::named(seed, "coupled bootstrap " + std::to_string(draw));
  const Eigen::VectorXd noise =
      sigma * Eigen::VectorXd::NullaryExpr(y.size(), [&](Eigen::Index) { return stream.normal(); });
  to_fit = y + std::sqrt(alpha) * noise;
  to_judge_by = y - noise / std::sqrt(alpha);
}

HoldOutChoice choose_time(const std::vector<HeldOutCurve>& curves, Eigen::Index held_out) {
  constexpr double per_decade = 48;
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (const auto& curve : curves) {
    if (curve.times.empty()) continue;
    first = std::min(first, curve.times.front());
    last = std::max(last, curve.times.back());
  }
  HoldOutChoice choice;
  double least = std::numeric_limits<double>::infinity();
  if (last == 0) return choice;
  const int count = 1 + static_cast<int>(std::ceil(per_decade * std::log10(last / first)));
  for (int i = 0; i < count; ++i) {
    const double time = i + 1 == count ? last : first * std::pow(10.0, i / per_decade);
    double sum = 0;
    for (const auto& curve : curves) sum += curve.at(time);
    if (sum <= least) least = sum, choice.flow_time = time;
  }
  choice.at_end = choice.flow_time >= 0.99 * last;
  choice.mean_square = least / static_cast<double>(std::max<Eigen::Index>(held_out, 1));
  return choice;
}

}  // namespace isr
