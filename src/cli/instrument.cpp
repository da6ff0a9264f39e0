#include "cli/instrument.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "formats/array_file.h"

namespace isr {
namespace {

namespace po = boost::program_options;

// n values in a row or a column.
Eigen::VectorXd read_deviations(const std::string& name, Index n) {
  const std::string wanted = "a positive number for each of the " + std::to_string(n) + " readings";
  const NumberArray<double> found = read_array<double>(
      name,
      {wanted, [=](Index rows, Index columns) { return std::min(rows, columns) == 1 && rows * columns == n; },
       true});
  if (found.is_complex() || !(found.values.minCoeff() > 0)) throw Error(found.name + " must hold " + wanted);
  return found.values.reshaped();
}

struct Keep {
  double share;
  std::uint32_t seed;
};

Keep parse_keep(const std::string& text) {
  const auto fail = [&]() -> Keep {
    throw UsageError("--keep must be a share such as 50%, or 50%:7 with a seed; got " + text);
  };
  const auto percent = text.find('%');
  if (percent == std::string::npos || percent == 0) return fail();
  Keep keep{0, 42};
  const auto [end, error] = std::from_chars(text.data(), text.data() + percent, keep.share);
  keep.share /= 100;
  if (error != std::errc() || end != text.data() + percent || !(keep.share > 0 && keep.share <= 1))
    return fail();
  const std::string rest = text.substr(percent + 1);
  if (rest.empty()) return keep;
  const char* const last = rest.data() + rest.size();
  const auto [stop, wrong] = std::from_chars(rest.data() + 1, last, keep.seed);
  if (rest[0] != ':' || wrong != std::errc() || stop != last) return fail();
  return keep;
}

}  // namespace

void InstrumentOptions::add_to(CommandLine& command_line) {
  auto add = command_line.group("Instrument").add_options();
  add("sigma", po::value(&sigma)->value_name("FILE[:NAME]"),
      "the standard deviation of each reading: readings weigh less where it is larger");
  add("poisson", po::bool_switch(&poisson), "readings are counts: their variance is what is counted");
  add("offset", po::value<int>()->notifier([this](int degree) { offset = degree; })->value_name("DEGREE"),
      "the readings have an unknown offset, a polynomial of their number: 0 a constant, 1 a drift, …");
  add("outliers", po::bool_switch(&outliers),
      "single readings are far off; they are found with the picture (doubly over-parametrized model)");
  add("keep", po::value(&keep)->value_name("SHARE[:SEED]"),
      "use a random share of the readings, such as 50%; of hadamard and dct patterns half of these are "
      "those of the lowest frequencies");
}

void InstrumentOptions::validate() const {
  Instrument instrument;
  instrument.offset = offset;
  instrument.validate(0);
  if (poisson && !sigma.empty()) throw UsageError("--poisson and --sigma exclude each other");
  if (!keep.empty()) parse_keep(keep);
}

void InstrumentOptions::describe(nlohmann::ordered_json& json) const {
  if (!sigma.empty()) json["sigma"] = sigma;
  if (poisson) json["poisson"] = true;
  if (offset) json["offset"] = *offset;
  if (outliers) json["outliers"] = true;
  if (!keep.empty()) json["keep"] = keep;
}

InstrumentOptions::Readings InstrumentOptions::read(Problem problem) const {
  Instrument instrument;
  instrument.poisson = poisson;
  instrument.offset = offset;
  instrument.outliers = outliers;
  if (!sigma.empty()) instrument.sigma = read_deviations(sigma, problem.measurements.rows());
  if (!keep.empty()) {
    const Keep kept = parse_keep(keep);
    const std::vector<Index> rows = random_readings(problem, kept.share, kept.seed);
    if (instrument.sigma.size() > 0) instrument.sigma = Eigen::VectorXd(instrument.sigma(rows));
    problem = with_readings(std::move(problem), rows);
  }
  return {std::move(problem), std::move(instrument)};
}

}  // namespace isr
