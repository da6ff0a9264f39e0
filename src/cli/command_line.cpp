#include "cli/command_line.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "base/foreign_text.h"
#include "base/parallel.h"

namespace isr {

namespace po = boost::program_options;

namespace {

constexpr unsigned help_width = 110;

// What the option's description says, for the error message.
std::string expectation(const po::options_description& options, const std::string& name) {
  const po::option_description* option = options.find_nothrow(name, false);
  return option ? "; it expects: " + option->description() : "";
}

std::string strip_dashes(const std::string& name) {
  return name.substr(std::min(name.size(), name.find_first_not_of('-')));
}

}  // namespace

std::int64_t MeasurementCount::resolve(std::int64_t pixels, std::int64_t most) const {
  const double count = percent ? std::round(value / 100 * static_cast<double>(pixels)) : value;
  if (!(value > 0) || (!percent && count != std::floor(count)))
    throw UsageError("--measurements must be a positive number, such as 392, or a share, such as 50%");
  constexpr auto most_possible = std::numeric_limits<std::int32_t>::max();
  if (count > most_possible)
    throw UsageError("--measurements asks for " + shown(count) + " measurements; at most " +
                     std::to_string(most_possible) + " are possible");
  if (most > 0 && count > static_cast<double>(most))
    throw UsageError("--measurements asks for " + std::to_string(static_cast<std::int64_t>(count)) +
                     " measurements, but this ensemble gives at most " + std::to_string(most));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(count));
}

std::istream& operator>>(std::istream& in, MeasurementCount& count) {
  if (!(in >> count.value)) return in;
  count.percent = !in.eof() && in.peek() == '%';  // at the end, peek() would be an error
  if (count.percent) in.get();
  return in;
}

std::ostream& operator<<(std::ostream& out, const MeasurementCount& count) {
  return out << count.value << (count.percent ? "%" : "");
}

CommandLine::CommandLine(std::string usage, std::string about)
    : usage_(std::move(usage)), about_(std::move(about)) {}

po::options_description& CommandLine::group(const std::string& title) {
  groups_.push_back(std::make_unique<po::options_description>(title, help_width, help_width / 2));
  return *groups_.back();
}

void CommandLine::positional(const std::string& option, int count) {
  positional_.add(option.c_str(), count);
  positional_name_ = option;
}

po::options_description CommandLine::all() const {
  po::options_description options;
  for (const auto& group : groups_) options.add(*group);
  return options;
}

namespace {

// The long names of the options of the command that runs.
std::vector<std::string> option_names;

}  // namespace

std::string in_terms_of_options(const std::string& message) {
  const std::string first = message.substr(0, message.find_first_of(" :"));
  std::string option = first;
  std::replace(option.begin(), option.end(), '_', '-');
  const bool is_option = std::find(option_names.begin(), option_names.end(), option) != option_names.end();
  return is_option ? "--" + option + message.substr(first.size()) : message;
}

bool CommandLine::parse(const Arguments& arguments) {
  auto add = group("General").add_options();
  add("threads", po::value(&common_.threads)->default_value(common_.threads, "all"),
      "number of threads, at least 1, or 0 for all processors; results do not depend on it");
  add("config", po::value(&config_)->value_name("FILE"),
      "read options from a file, a line each: depth = 2,3,5");
  add("quiet,q", po::bool_switch(&common_.quiet), "print nothing but errors");
  add("json", po::bool_switch(&common_.json), "print the results as JSON in place of the table");
  add("help,h", "show this help");

  const po::options_description options = all();
  for (const auto& option : options.options()) option_names.push_back(option->long_name());
  constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::store(po::command_line_parser(arguments).options(options).positional(positional_).style(style).run(),
              variables_);
    if (variables_.count("help")) {
      print_help();
      return false;
    }
    if (variables_.count("config")) {
      const std::string file = variables_["config"].as<std::string>();
      std::ifstream in(file);
      std::error_code ignored;
      if (!in || std::filesystem::is_directory(file, ignored))
        throw UsageError("cannot read the file --config " + file);
      po::store(po::parse_config_file(in, options), variables_);
    }
    po::notify(variables_);
  } catch (const po::validation_error& error) {
    const std::string name = strip_dashes(error.get_option_name());
    throw UsageError(std::string(error.what()) + expectation(options, name));
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError("too many arguments; usage: isr " + usage_);
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; isr " + usage_.substr(0, usage_.find(' ')) +
                     " --help lists the options");
  }
  set_thread_count(common_.threads);
  return true;
}

bool CommandLine::given(const std::string& option) const {
  const auto found = variables_.find(option);
  return found != variables_.end() && !found->second.defaulted();
}

void CommandLine::print_help() const {
  std::cout << "Usage: isr " << usage_ << "\n\n" << about_ << "\n";
  for (const auto& group : groups_) std::cout << "\n" << *group;
}

std::string command_text(const std::string& command, const Arguments& arguments) {
  std::string text = "isr " + command;
  for (const auto& argument : arguments) {
    const bool plain = !argument.empty() && argument.find_first_not_of(
                                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                "0123456789_-+=:,./%@") == std::string::npos;
    if (plain) {
      text += " " + argument;
      continue;
    }
    std::string quoted;
    for (const char c : argument) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    text += " '" + quoted + "'";
  }
  return valid_utf8(text);
}

}  // namespace isr
