// What every command shares: parsing, help, terminal manners.
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace isr {

using Arguments = std::vector<std::string>;

// A command of the program: `isr NAME …`. `run` returns the exit status.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);
};

// Comma-separated values, as in --depth 2,3,5.
template <class T>
struct List {
  std::vector<T> values;
};

template <class T>
std::istream& operator>>(std::istream& in, List<T>& list) {
  list.values.clear();
  T value;
  while (in >> value) {
    list.values.push_back(value);
    if (in.eof() || in.peek() != ',') break;  // at the end, peek() would be an error
    in.get();
  }
  if (list.values.empty()) in.setstate(std::ios::failbit);
  return in;
}

template <class T>
std::ostream& operator<<(std::ostream& out, const List<T>& list) {
  for (std::size_t i = 0; i < list.values.size(); ++i) out << (i ? "," : "") << list.values[i];
  return out;
}

// A number of measurements, "392", or a share of the unknowns, "50%".
struct MeasurementCount {
  double value = 50;
  bool percent = true;

  // n for an image of `pixels` unknowns, at least 1. Throws UsageError when it exceeds `most` (0: no bound).
  std::int64_t resolve(std::int64_t pixels, std::int64_t most = 0) const;
};
std::istream& operator>>(std::istream& in, MeasurementCount& count);
std::ostream& operator<<(std::ostream& out, const MeasurementCount& count);

// Options that every command has.
struct CommonOptions {
  int threads = 0;     // 0: all processors
  bool quiet = false;  // no table, no progress
  bool json = false;   // results.json's content on stdout in place of the table
};

// One command's command line.
class CommandLine {
 public:
  // `usage` follows "isr " in the help; `about` is a paragraph under it.
  CommandLine(std::string usage, std::string about);

  // A group of options; add to it with Boost's syntax, bound to fields of option structs.
  boost::program_options::options_description& group(const std::string& title);

  // Positional arguments go to this option; -1 for any number of them.
  void positional(const std::string& option, int count = -1);

  // Parses the arguments and the file named by --config, sets the number of threads. Returns false after
  // printing the help for --help. Throws UsageError for anything wrong, saying what the option expects.
  bool parse(const Arguments& arguments);

  // True when the option was given (not its default).
  bool given(const std::string& option) const;

  const CommonOptions& common() const { return common_; }

 private:
  void print_help() const;
  boost::program_options::options_description all() const;

  std::string usage_, about_;
  std::vector<std::unique_ptr<boost::program_options::options_description>> groups_;
  boost::program_options::positional_options_description positional_;
  std::string positional_name_;
  boost::program_options::variables_map variables_;
  CommonOptions common_;
  std::string config_;
};

// A message of the library, which names arguments, for who typed options: "depth must …" -> "--depth must …".
std::string in_terms_of_options(const std::string& message);

// The command as typed, for results and pages: "isr recover mnist:train:0 --depth 2", quoted where needed.
std::string command_text(const std::string& command, const Arguments& arguments);

}  // namespace isr
