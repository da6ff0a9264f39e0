#include "solver/stopping.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>

#include "base/error.h"
#include "sensing/random.h"

namespace isr {
namespace {

constexpr int most_folds = 1000;

// The whole of `text` as a number.
bool read_number(const std::string& text, double& value) {
  char* end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' && std::isfinite(value);
}

UsageError unknown_rule(const std::string& text) {
  return UsageError(
      "stop " + text +
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
      throw UsageError("stop " + text + ": the share kept back must lie between 0% and 50%");
    const double folds = std::round(100 / number);
    if (folds > most_folds) throw UsageError("stop " + text + ": the share kept back must be at least 0.1%");
    stop.hold_out = HoldOut{std::max(2, static_cast<int>(folds)), 1};
  } else {
    if (!(number >= 2 && number <= most_folds) || number != std::floor(number))
      throw UsageError("stop " + text + ": the number of folds must be a whole number from 2 to 1000");
    stop.hold_out = HoldOut{static_cast<int>(number), static_cast<int>(number)};
  }
  return stop;
}

// "SIGMA" or "SIGMA:T".
Stop parse_discrepancy(Stop stop, const std::string& text, const std::string& value) {
  stop.rule = StopRule::discrepancy;
  const std::size_t colon = value.find(':');
  double number = 0;
  if (!read_number(value.substr(0, colon), number)) throw unknown_rule(text);
  stop.sigma = number;
  if (colon != std::string::npos) {
    if (!read_number(value.substr(colon + 1), number)) throw unknown_rule(text);
    stop.factor = number;
  }
  stop.validate();
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
    stop.rule = StopRule::residual, stop.residual = number;
  } else if (name == "time") {
    stop.rule = StopRule::time, stop.flow_time = number;
  } else {
    throw unknown_rule(text);
  }
  stop.validate();
  return stop;
}

void Stop::validate() const {
  const auto require = [&](bool holds, const char* rule_text) {
    if (!holds) throw UsageError("stop " + to_string(*this) + ": " + rule_text);
  };
  require(residual > 0 && residual < 1, "the relative residual must lie between 0 and 1");
  require(flow_time >= 0, "the flow time must not be negative");
  require(!sigma || (*sigma > 0 && std::isfinite(*sigma)), "σ must be positive");
  require(!factor || (*factor > 0 && std::isfinite(*factor)), "t must be positive");
  require(!hold_out || (hold_out->folds >= 2 && hold_out->folds <= most_folds && hold_out->used >= 1 &&
                        hold_out->used <= hold_out->folds),
          "the number of folds must lie between 2 and 1000");
}

std::string to_string(const Stop& stop) {
  switch (stop.rule) {
    case StopRule::automatic:
      return "auto";
    case StopRule::hold_out:
      if (!stop.hold_out) return "holdout";
      if (stop.hold_out->used == stop.hold_out->folds)
        return "holdout:" + std::to_string(stop.hold_out->folds);
      return "holdout:" + number_text(100.0 / stop.hold_out->folds) + "%";
    case StopRule::residual:
      return "residual:" + number_text(stop.residual);
    case StopRule::discrepancy:
      return std::string("discrepancy") + (stop.sigma ? ":" + number_text(*stop.sigma) : "") +
             (stop.factor ? ":" + number_text(*stop.factor) : "");
    case StopRule::time:
      return "time:" + number_text(stop.flow_time);
    default:
      return rule_name(stop.rule);
  }
}

const char* rule_name(StopRule rule) {
  switch (rule) {
    case StopRule::automatic:
    case StopRule::hold_out:
      return "hold-out";
    case StopRule::residual:
      return "residual";
    case StopRule::discrepancy:
      return "discrepancy";
    case StopRule::time:
      return "time";
    case StopRule::iterations:
      return "iterations";
    case StopRule::limit:
      return "limit";
    case StopRule::oracle:
      return "oracle";
  }
  return "";
}

Stop resolved(const Stop& stop, double noise) {
  Stop known = stop;
  if (stop.rule == StopRule::automatic)
    known.rule = noise == 0 ? StopRule::limit : noise > 0 ? StopRule::discrepancy : StopRule::hold_out;
  if (!stop.sigma && noise > 0) known.sigma = noise;
  return known;
}

double discrepancy_residual(double factor, double sigma, Eigen::Index n) {
  return factor * sigma * std::sqrt(static_cast<double>(n));
}

void HeldOutCurve::append(double position, double error) {
  if (!(position > 0) || !std::isfinite(position) || !std::isfinite(error)) return;
  if (!positions.empty() && position <= positions.back()) return;
  positions.push_back(position);
  errors.push_back(error);
}

double HeldOutCurve::at(double position) const {
  if (positions.empty()) return 0;
  const auto after = std::lower_bound(positions.begin(), positions.end(), position);
  if (after == positions.begin()) return errors.front();
  if (after == positions.end()) return errors.back();
  const auto i = static_cast<std::size_t>(after - positions.begin());
  const double share = std::log(position / positions[i - 1]) / std::log(positions[i] / positions[i - 1]);
  return errors[i - 1] + share * (errors[i] - errors[i - 1]);
}

bool HeldOutCurve::is_past_best() const {
  if (errors.empty()) return false;
  const auto best = std::min_element(errors.begin(), errors.end());
  const double best_position = positions[static_cast<std::size_t>(best - errors.begin())];
  const auto tenth = std::lower_bound(positions.begin(), positions.end(), positions.back() / 10);
  const auto first = errors.begin() + (tenth - positions.begin());
  return positions.back() > 10 * best_position && *std::min_element(first, errors.end()) > 4 * *best;
}

CoupledBootstrap::CoupledBootstrap(const Eigen::VectorXd& y, double sigma, std::uint32_t seed, int draw) {
  RandomStream stream = RandomStream::named(seed, "coupled bootstrap " + std::to_string(draw));
  const Eigen::VectorXd noise =
      sigma * Eigen::VectorXd::NullaryExpr(y.size(), [&](Eigen::Index) { return stream.normal(); });
  to_fit = y + std::sqrt(alpha) * noise;
  to_judge_by = y - noise / std::sqrt(alpha);
}

HoldOutChoice choose_position(const std::vector<HeldOutCurve>& curves, Eigen::Index held_out) {
  constexpr double each_tenfold = 48;
  double first = std::numeric_limits<double>::infinity(), last = 0;
  for (const auto& curve : curves) {
    if (curve.positions.empty()) continue;
    first = std::min(first, curve.positions.front());
    last = std::max(last, curve.positions.back());
  }
  HoldOutChoice choice;
  double least = std::numeric_limits<double>::infinity();
  if (last == 0) return choice;
  const int count = 1 + static_cast<int>(std::ceil(each_tenfold * std::log10(last / first)));
  for (int i = 0; i < count; ++i) {
    const double position = i + 1 == count ? last : first * std::pow(10.0, i / each_tenfold);
    double sum = 0;
    for (const auto& curve : curves) sum += curve.at(position);
    if (sum <= least) least = sum, choice.position = position;
  }
  choice.at_end = choice.position >= 0.99 * last;
  choice.mean_square = least / static_cast<double>(std::max<Eigen::Index>(held_out, 1));
  return choice;
}

}  // namespace isr
