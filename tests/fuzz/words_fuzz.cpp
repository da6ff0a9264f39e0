// The words of options.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "base/error.h"
#include "base/foreign_text.h"
#include "cli/command_line.h"
#include "image/image_file.h"
#include "image/mnist.h"
#include "sensing/patterns.h"
#include "solver/stopping.h"

namespace {

template <class Read>
void expect_value_or_usage_error(const Read& read) {
  try {
    read();
  } catch (const isr::UsageError&) {
  }
}

template <class Value>
void read_from(const std::string& text) {
  std::istringstream in(text);
  Value value;
  if (!(in >> value)) return;
  std::ostringstream out;
  out << value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  read_from<isr::List<int>>(text);
  read_from<isr::List<double>>(text);
  read_from<isr::List<std::int64_t>>(text);
  std::istringstream in(text);
  if (isr::MeasurementCount count; in >> count)
    expect_value_or_usage_error([&] {
      const std::int64_t n = count.resolve(784);
      if (n < 1 || n > INT32_MAX) std::abort();
    });
  expect_value_or_usage_error([&] { isr::to_string(isr::parse_stop(text)); });
  expect_value_or_usage_error([&] { isr::parse_crop(text); });
  expect_value_or_usage_error([&] { isr::Patterns{"hadamard", text}.validate(4, 4); });
  expect_value_or_usage_error([&] { isr::Patterns{text}.validate(4, 4); });
  expect_value_or_usage_error([&] { isr::parse_white(text); });
  expect_value_or_usage_error([&] { isr::parse_mnist_source(text); });
  isr::command_text("recover", {text});
  isr::printable(text);
  isr::csv_text(text);
  if (const std::string valid = isr::valid_utf8(text); isr::valid_utf8(valid) != valid) std::abort();
  return 0;
}
