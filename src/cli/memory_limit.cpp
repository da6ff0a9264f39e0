#include "cli/memory_limit.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>

#include "base/error.h"
#include "cli/picture_solving.h"

namespace isr {
namespace {

// Coefficients of a basis, without making it.
Index coefficients_of(const MeasurementModel& model) {
  const Index pixels = model.pixels();
  if (model.basis == "boxes") return 16 * pixels;
  return model.basis.ends_with("-ti") ? 13 * pixels : pixels;
}

std::size_t operator_bytes(const MeasurementModel& model) {
  const auto side = static_cast<double>(model.block);
  const double blocks = model.block > 0 ? std::ceil(static_cast<double>(model.height) / side) *
                                              std::ceil(static_cast<double>(model.width) / side)
                                        : 1;
  const double entries = static_cast<double>(model.measurements) / blocks *
                         (model.block > 0 ? side * side : static_cast<double>(model.pixels()));
  double bytes = 12.0 * static_cast<double>(model.pixels());  // signs, rows, vectors between operators
  if (is_dense_ensemble(model.ensemble)) bytes += entries * (model.ensemble == "gaussian" ? 4 : 0.25);
  if (model.basis == "boxes") bytes += 12.0 * 100 * static_cast<double>(model.pixels());
  return bytes < 1e18 ? static_cast<std::size_t>(bytes) : std::numeric_limits<std::size_t>::max() / 2;
}

std::optional<std::size_t> number_in(const std::string& path, const std::string& label) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    if (word != label && !label.empty()) continue;
    if (!label.empty()) file >> word;
    if (word.empty() || word.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    return std::stoull(word);
  }
  return std::nullopt;
}

std::size_t free_bytes() {
  std::size_t bytes = number_in("/proc/meminfo", "MemAvailable:").value_or(std::size_t{4} << 20) * 1024;
  const auto limit = number_in("/sys/fs/cgroup/memory.max", ""),
             used = number_in("/sys/fs/cgroup/memory.current", "");
  if (limit && used) bytes = std::min(bytes, *limit > *used ? *limit - *used : 0);
  return bytes;
}

std::string shown_bytes(std::size_t bytes) {
  char text[32];
  const auto value = static_cast<double>(bytes);
  if (value >= 1e9)
    std::snprintf(text, sizeof text, "%.1f GB", value / 1e9);
  else
    std::snprintf(text, sizeof text, "%.0f MB", std::ceil(value / 1e6));
  return text;
}

}  // namespace

std::size_t estimated_bytes(const MeasurementModel& model, std::size_t images) {
  const Index coefficients = coefficients_of(model);
  const std::size_t values = static_cast<std::size_t>(model.pixels() * model.channels) * images;
  return operator_bytes(model) + picture_solver_bytes(model, coefficients) + 6 * values * sizeof(float);
}

std::size_t parse_memory(const std::string& text) {
  if (text == "auto") return static_cast<std::size_t>(0.85 * static_cast<double>(free_bytes()));
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
  }
  double unit = 1;
  const std::string rest = text.substr(used);
  if (rest == "K" || rest == "k")
    unit = 1e3;
  else if (rest == "M")
    unit = 1e6;
  else if (rest == "G")
    unit = 1e9;
  else if (!rest.empty())
    value = -1;
  if (!(value > 0) || !std::isfinite(value * unit) || value * unit > 1e18)
    throw UsageError("--max-memory must be a size such as 4G or 500M, or auto; got '" + text + "'");
  return static_cast<std::size_t>(value * unit);
}

void check_memory(const MeasurementModel& model, std::size_t images, std::size_t limit) {
  const std::size_t needed = estimated_bytes(model, images);
  if (needed <= limit) return;
  const bool matrix = is_dense_ensemble(model.ensemble) && model.block == 0;
  throw Error("recovering " + std::to_string(model.width) + " x " + std::to_string(model.height) +
              " pixels by --ensemble " + model.ensemble + " needs about " + shown_bytes(needed) +
              " of memory, and " + shown_bytes(limit) + " may be used (--max-memory); " +
              (matrix
                   ? "use --ensemble hadamard, which keeps no matrix, or a smaller picture (--resize, --crop)"
                   : "use a smaller picture (--resize, --crop), --gray, or fewer pictures at once"));
}

}  // namespace isr
