// The numbers of a run: a row for each image and method, as CSV, JSON and a table on the terminal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace isr {

// One image recovered by one method. Fields that do not apply to the method are empty.
struct ResultRow {
  std::string source;  // "mnist:train:0", a file name, or a measurement's number
  std::string label;
  std::string method;        // "gd", "flow", or a baseline's name
  std::optional<int> depth;  // N
  std::string model;         // of the network: "signed" or "nonnegative"
  std::int64_t n = 0, p = 0;
  std::string ensemble, basis;
  std::uint32_t seed = 0;
  std::optional<double> w0;
  bool w0_is_relative = false;  // to the size of the solution, or that expected of each coefficient
  std::optional<double> step;   // η
  std::optional<std::int64_t> iterations;
  std::optional<double> flow_time;          // τ
  std::string status;                       // "limit reached", "stalled", "converged", …
  std::string stop_reason;                  // what ended it, in words
  std::string ended_by;                     // the same in a word or three, for tables; empty: stop_reason
  std::optional<double> residual_asked;     // that the stopping rule asked for
  std::optional<double> relative_residual;  // ‖Xw − y‖ / ‖y‖
  // Against the true image, where it is known.
  std::optional<double> relative_error, mse, psnr, ssim;
  std::int64_t support = 0;  // entries above support_threshold in absolute value
  double seconds = 0;
};

// The column names of results.csv, in order; the JSON rows have the same keys.
const std::vector<std::string>& result_fields();

// A row as a JSON object; empty fields are null, infinities the string "inf".
nlohmann::ordered_json to_json(const ResultRow& row);

std::string to_csv(const std::vector<ResultRow>& rows);

// {"version", "command", "options", "ran", "peak_memory_bytes", "results": [rows]}. "options" is what was
// asked, "ran" what of it was chosen: an object for each ensemble, basis, model and start, with the images.
nlohmann::ordered_json results_document(const std::string& command, const nlohmann::ordered_json& options,
                                        const std::vector<ResultRow>& rows);

// A table for people, in lines of at most `width` columns (0: as long as they are): image, method, PSNR,
// SSIM, relative error, residual, support, time, what ended it. Beyond 30 rows a line for each image instead,
// with the PSNR (or the residual) of each method and a star at the best, and a summary of the methods.
void print_table(std::ostream& out, const std::vector<ResultRow>& rows, std::size_t width = 0);

// The largest resident memory of this process so far.
std::int64_t peak_memory_bytes();

}  // namespace isr
