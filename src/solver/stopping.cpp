#include "solver/stopping.h"

#include <charconv>
#include <cmath>
#include <sstream>

#include "base/error.h"

namespace isr {
namespace {

constexpr std::string_view forms =
    "limit, residual:GOAL, discrepancy[:SIGMA[xT]], holdout[:SHARE[xFOLDS]], time:TAU, iterations:T or "
    "oracle";

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw UsageError("--stop " + std::string(text) + ": " + why + "; expected " + std::string(forms));
}

template <class Number>
Number number(std::string_view text, std::string_view part, const char* what) {
  Number value{};
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  if (error != std::errc() || end != part.data() + part.size())
    refuse(text, std::string(what) + " is not a number");
  return value;
}

// "AxB" into A and B; B is empty where there is no x.
struct Pair {
  std::string_view first, second;
  explicit Pair(std::string_view text)
      : first(text.substr(0, text.find('x'))),
        second(first.size() < text.size() ? text.substr(first.size() + 1) : std::string_view()) {}
};

void read_discrepancy(std::string_view text, std::string_view value, StopRule& rule) {
  const Pair pair(value);
  rule.sigma = number<double>(text, pair.first, "SIGMA");
  if (!(rule.sigma > 0) || !std::isfinite(rule.sigma)) refuse(text, "SIGMA must be positive");
  if (pair.first.size() == value.size()) return;
  rule.factor = number<double>(text, pair.second, "T");
  if (!(rule.factor > 0) || !std::isfinite(rule.factor)) refuse(text, "T must be positive");
}

void read_holdout(std::string_view text, std::string_view value, StopRule& rule) {
  const Pair pair(value);
  rule.share = number<double>(text, pair.first, "SHARE");
  if (!(rule.share > 0 && rule.share <= 0.5)) refuse(text, "SHARE must satisfy 0 < SHARE <= 0.5");
  rule.folds = pair.first.size() < value.size() ? number<int>(text, pair.second, "FOLDS") : 1;
  if (rule.folds < 1 || rule.folds * rule.share > 1 + 1e-9)
    refuse(text, "FOLDS must be at least 1, and FOLDS times SHARE at most 1");
}

}  // namespace

StopRule parse_stop_rule(std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const bool has_value = colon != std::string_view::npos;
  const std::string_view value = has_value ? text.substr(colon + 1) : std::string_view();
  StopRule rule;
  const auto plain = [&](StopKind kind) {
    if (has_value) refuse(text, "\"" + std::string(name) + "\" takes no value");
    rule.kind = kind;
    return rule;
  };
  const auto needs_value = [&] {
    if (!has_value) refuse(text, "\"" + std::string(name) + "\" needs a value");
  };
  if (name == "limit") return plain(StopKind::limit);
  if (name == "oracle") return plain(StopKind::oracle);
  if (name == "residual") {
    needs_value();
    rule.kind = StopKind::residual;
    rule.residual = number<double>(text, value, "GOAL");
    if (!(rule.residual > 0 && rule.residual < 1)) refuse(text, "GOAL must lie between 0 and 1");
  } else if (name == "discrepancy") {
    rule.kind = StopKind::discrepancy;
    if (has_value) read_discrepancy(text, value, rule);
  } else if (name == "holdout") {
    rule.kind = StopKind::holdout;
    if (has_value) read_holdout(text, value, rule);
  } else if (name == "time") {
    needs_value();
    rule.kind = StopKind::time;
    rule.time = number<double>(text, value, "TAU");
    if (!(rule.time >= 0) || !std::isfinite(rule.time)) refuse(text, "TAU must not be negative");
  } else if (name == "iterations") {
    needs_value();
    rule.kind = StopKind::iterations;
    rule.iterations = number<std::int64_t>(text, value, "T");
    if (rule.iterations < 0) refuse(text, "T must not be negative");
  } else {
    refuse(text, "unknown rule");
  }
  return rule;
}

const char* to_string(StopKind kind) {
  switch (kind) {
    case StopKind::limit:
      return "limit";
    case StopKind::residual:
      return "residual";
    case StopKind::discrepancy:
      return "discrepancy";
    case StopKind::holdout:
      return "holdout";
    case StopKind::time:
      return "time";
    case StopKind::iterations:
      return "iterations";
    case StopKind::oracle:
      return "oracle";
  }
  return "unknown";
}

std::string to_string(const StopRule& rule) {
  std::ostringstream text;
  text << to_string(rule.kind);
  if (rule.kind == StopKind::residual) text << ':' << rule.residual;
  if (rule.kind == StopKind::discrepancy && rule.sigma > 0) text << ':' << rule.sigma;
  if (rule.kind == StopKind::discrepancy && rule.factor > 0) text << 'x' << rule.factor;
  if (rule.kind == StopKind::holdout) text << ':' << rule.share << 'x' << rule.folds;
  if (rule.kind == StopKind::time) text << ':' << rule.time;
  if (rule.kind == StopKind::iterations) text << ':' << rule.iterations;
  return text.str();
}

double discrepancy_goal(double factor, double sigma, double n) {
  return factor * sigma * std::sqrt(n);
}

double risk_estimate(double residual_squares, double sigma, double degrees, double n) {
  return (residual_squares + 2 * sigma * sigma * degrees) / n;
}

}  // namespace isr
