#include <sstream>

#include "solver/recover.h"

namespace isr {
namespace {

std::string number(double value) {
  std::ostringstream text;
  text.precision(3);
  text << value;
  return text.str();
}

std::string hold_out_text(const Stop& stop) {
  if (!stop.hold_out || stop.hold_out->used < stop.hold_out->folds) return "hold-out";
  return std::to_string(stop.hold_out->folds) + "-fold hold-out";
}

// Did gradient descent end before what the rule asked for?
bool ran_out(const Recovery& found) {
  const Stop& stop = found.rule;
  if (found.residual_asked || stop.rule == StopRule::residual) return true;
  if (stop.rule == StopRule::discrepancy && !found.factor_found) return true;
  const double rounding = 0.51 * found.step_size.value_or(0) + 1e-9 * found.flow_time;
  return found.flow_time_asked && found.flow_time < *found.flow_time_asked - rounding;
}

std::string rule_text(const Recovery& found) {
  const Stop& stop = found.rule;
  switch (stop.rule) {
    case StopRule::automatic:
    case StopRule::hold_out:
      return (found.held_out_to_end ? "end of the path, by " : "") + hold_out_text(stop);
    case StopRule::discrepancy: {
      std::string text = "discrepancy";
      if (stop.sigma) text += ", σ = " + number(*stop.sigma) + (found.sigma_estimated ? " (estimated)" : "");
      if (found.factor_found && stop.factor) text += ", t = " + number(*stop.factor) + " (coupled bootstrap)";
      return text;
    }
    case StopRule::oracle:
      return "oracle (sees the truth)";
    default:
      return rule_name(stop.rule);
  }
}

}  // namespace

std::string ended_by(const Recovery& found) {
  std::string rule = rule_name(found.rule.rule);
  switch (found.status) {
    case Status::diverged:
      return "diverged";
    case Status::cancelled:
      return "cancelled";
    case Status::inconsistent:
      return "limit, no fit";
    case Status::stalled:
      return rule + ", stalled";
    case Status::limit_reached:
      return rule == "limit" ? rule : found.held_out_to_end ? "hold-out: limit" : "limit first";
    case Status::finished:
      return rule == "limit" || found.held_out_to_end || ran_out(found) ? "iterations" : rule;
    case Status::stopped_by_rule:
      return rule;
  }
  return "";
}

std::string describe(const Recovery& found) {
  const StopRule rule = found.rule.rule;
  switch (found.status) {
    case Status::diverged:
      return found.path == PathKind::descent ? "diverged; use a smaller step or the flow"
                                             : "diverged: beyond the range of numbers";
    case Status::cancelled:
      return "cancelled";
    case Status::inconsistent:
      return "limit; no w of the model fits the measurements";
    case Status::stalled:
      return rule_text(found) + " (stalled: no further progress)";
    case Status::limit_reached:
      return rule == StopRule::limit || found.held_out_to_end ? rule_text(found)
                                                              : "limit, before: " + rule_text(found);
    case Status::finished:
      if (rule == StopRule::iterations && found.path != PathKind::descent) return "time of the iterations";
      if (rule == StopRule::limit || rule == StopRule::iterations || found.held_out_to_end)
        return "iterations";
      return (ran_out(found) ? "iterations, before: " : "") + rule_text(found);
    case Status::stopped_by_rule:
      return rule_text(found);
  }
  return "";
}

}  // namespace isr
