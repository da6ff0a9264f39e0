// A number as isr's JSON files have it.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace isr {

// null where there is none, a text where it is infinite: JSON has neither.
inline nlohmann::ordered_json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

}  // namespace isr
