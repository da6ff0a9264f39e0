// What every command shares: parsing, help, terminal manners.
#pragma once

#include <boost/program_options.hpp>
#include <cstdint>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "cli/option_texts.h"

namespace isr {

using Arguments = std::vector<std::string>;

// A command of the program: `isr NAME …`. `run` returns the exit status.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const Arguments&);
  // First words with which it has other options, such as "plot|merge"; empty: none.
  const char* forms = "";
};

// What `run` declares for these first words: it is followed up to its CommandLine::parse, and no further.
CommandText declared_by(const Command& command, const Arguments& first_words = {});

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

// Whole numbers may be given as ranges too: 2-5 is 2,3,4,5.
template <>
std::istream& operator>>(std::istream& in, List<int>& list);

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

// A number of threads, or "all".
struct ThreadCount {
  int value = 0;  // 0: all processors
};
std::istream& operator>>(std::istream& in, ThreadCount& count);
std::ostream& operator<<(std::ostream& out, const ThreadCount& count);

// Options that every command has.
struct CommonOptions {
  ThreadCount threads;
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

  // All values that this option takes, for its help and for completions.
  void choices(const std::string& option, std::vector<std::string> words);

  // Positional arguments go to this option; -1 for any number of them.
  void positional(const std::string& option, int count = -1);

  // Parses the arguments and the file named by --config, sets the number of threads. Returns false after
  // printing the help for --help. Throws UsageError for anything wrong, saying what the option expects.
  bool parse(const Arguments& arguments);

  // True when the option was given (not its default).
  bool given(const std::string& option) const;

  const CommonOptions& common() const { return common_; }

 private:
  CommandText texts() const;
  boost::program_options::options_description all() const;

  std::string usage_, about_, name_;
  std::vector<std::unique_ptr<boost::program_options::options_description>> groups_;
  std::vector<std::string> titles_;  // of the groups
  boost::program_options::positional_options_description positional_;
  std::string positional_name_;
  std::map<std::string, std::vector<std::string>> choices_;
  boost::program_options::variables_map variables_;
  CommonOptions common_;
  std::string config_;
};

// A message of the library, which names arguments, for who typed options: "depth must …" -> "--depth must …".
std::string in_terms_of_options(const std::string& message);

// What follows "… is no command" in a message: the word that was meant, where there is one, and what lists
// all.
std::string advice(const std::string& nearest, const std::string& list);

// The command as typed, for results and pages: "isr recover mnist:train:0 --depth 2", quoted where needed.
std::string command_text(const std::string& command, const Arguments& arguments);

}  // namespace isr
