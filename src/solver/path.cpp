#include "solver/path.h"

#include "base/error.h"

namespace isr {

void check_measurements(Eigen::Index rows, Eigen::Index n) {
  if (rows != n)
    throw Error("y must have a row for each of the " + std::to_string(n) + " rows of X; it has " +
                std::to_string(rows));
}

void check_columns(const char* name, Eigen::Index values, Eigen::Index p) {
  if (values != 0 && values != p)
    throw Error(std::string(name) + " must have a value for each of the " + std::to_string(p) +
                " columns of X; it has " + std::to_string(values));
}

std::string to_string(Status status) {
  switch (status) {
    case Status::finished:
      return "finished";
    case Status::stopped_by_rule:
      return "stopped by rule";
    case Status::limit_reached:
      return "limit reached";
    case Status::diverged:
      return "diverged";
    case Status::inconsistent:
      return "settled without fitting the measurements";
    case Status::stalled:
      return "stalled";
    case Status::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace isr
