// problem.json beside measurements, a matrix and numbers of patterns that are sound.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/npy.h"
#include "sensing/problem_folder.h"

namespace {

namespace fs = std::filesystem;

fs::path folder_with_arrays() {
  const fs::path memory = "/dev/shm";
  std::string name = (fs::exists(memory) ? memory : fs::temp_directory_path()) / "isr-fuzz-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  isr::write_npy(fs::path(name) / "y.npy", Eigen::MatrixXf(Eigen::MatrixXf::Ones(12, 2)));
  isr::write_npy(fs::path(name) / "X.npy", Eigen::MatrixXf(Eigen::MatrixXf::Ones(12, 30)));
  isr::write_npy(fs::path(name) / "rows.npy", Eigen::MatrixXd(Eigen::VectorXd::LinSpaced(12, 0, 11)));
  return name;
}

struct Folder {
  fs::path path = folder_with_arrays();
  ~Folder() { fs::remove_all(path); }
};

// A valid description may ask for gigabytes; here it is not to.
bool is_large(const std::string& text) {
  const auto shallow = [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
    return depth < 9;
  };
  const nlohmann::json json = nlohmann::json::parse(text, shallow, false);
  double pixels = 1;
  for (const char* side : {"height", "width"})
    if (json.is_object() && json.contains(side) && json[side].is_number()) pixels *= json[side].get<double>();
  return pixels > 4096;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const Folder folder;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  if (is_large(text)) return 0;
  std::ofstream(folder.path / "problem.json", std::ios::binary) << text;
  try {
    const isr::Problem problem = isr::load_problem(folder.path);
    if (problem.operators.sensing->rows() != problem.measurements.rows() ||
        problem.operators.sensing->cols() != problem.model.pixels())
      std::abort();
  } catch (const isr::Error&) {
  }
  return 0;
}
