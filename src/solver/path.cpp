#include "solver/path.h"

namespace isr {

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
