#include "cli/command_line.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <sstream>

#include "base/foreign_text.h"
#include "base/parallel.h"
#include "base/wrapped_text.h"

namespace isr {

namespace po = boost::program_options;

namespace {

constexpr std::size_t help_width = 100;

CommandText* wanted = nullptr;  // by declared_by

// What the option's description says, for the error message.
std::string expectation(const po::options_description& options, const std::string& name) {
  const po::option_description* option = options.find_nothrow(name, false);
  return option ? "; it expects: " + option->description() : "";
}

std::string strip_dashes(const std::string& name) {
  return name.substr(std::min(name.size(), name.find_first_not_of('-')));
}

OptionText text_of(const po::option_description& option) {
  OptionText text;
  text.name = option.long_name();
  if (const std::string shown = option.canonical_display_name(po::command_line_style::allow_dash_for_short);
      shown.size() == 2 && shown[0] == '-')
    text.letter = shown[1];
  text.about = option.description();
  if (option.semantic()->max_tokens() == 0) return text;
  text.value = option.semantic()->name();  // "N (=2)"
  if (const std::size_t bracket = text.value.find(" (="); bracket != std::string::npos) {
    text.initial = text.value.substr(bracket + 3, text.value.size() - bracket - 4);
    text.value.resize(bracket);
  }
  return text;
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

template <>
std::istream& operator>>(std::istream& in, List<int>& list) {
  list.values.clear();
  int first = 0;
  while (in >> first) {
    int last = first;
    const auto next = [&](char c) { return !in.eof() && in.peek() == c && in.get(); };
    constexpr int longest = 1000;
    if (next('-') && (!(in >> last) || last < first || last - first >= longest)) break;
    for (int value = first; value <= last; ++value) list.values.push_back(value);
    if (!next(',')) return in;
  }
  in.setstate(std::ios::failbit);
  return in;
}

std::istream& operator>>(std::istream& in, ThreadCount& count) {
  if (std::isdigit(in.peek()) || in.peek() == '-') return in >> count.value;
  std::string word;
  in >> word;
  count.value = 0;
  if (word != "all") in.setstate(std::ios::failbit);
  return in;
}

std::ostream& operator<<(std::ostream& out, const ThreadCount& count) {
  return count.value == 0 ? out << "all" : out << count.value;
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
    : usage_(std::move(usage)), about_(std::move(about)), name_(usage_.substr(0, usage_.find(' '))) {}

po::options_description& CommandLine::group(const std::string& title) {
  titles_.push_back(title);
  groups_.push_back(std::make_unique<po::options_description>(title));
  return *groups_.back();
}

void CommandLine::positional(const std::string& option, int count) {
  positional_.add(option.c_str(), count);
  positional_name_ = option;
}

void CommandLine::choices(const std::string& option, std::vector<std::string> words) {
  choices_[option] = std::move(words);
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
  add("threads", po::value(&common_.threads)->default_value(common_.threads)->value_name("COUNT|all"),
      "number of threads, at least 1; all (or 0): one for each processor; results do not depend on it");
  add("config", po::value(&config_)->value_name("FILE"),
      "read options from a file, a line each: depth = 2,3,5");
  add("quiet,q", po::bool_switch(&common_.quiet), "print nothing but errors");
  add("json", po::bool_switch(&common_.json), "print the results as JSON in place of the table");
  add("help,h", "show this help");

  if (wanted) {
    *wanted = texts();
    return false;
  }
  const po::options_description options = all();
  for (const auto& option : options.options()) option_names.push_back(option->long_name());
  constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::store(po::command_line_parser(arguments).options(options).positional(positional_).style(style).run(),
              variables_);
    if (variables_.count("help")) {
      std::cout << help_text(texts(), terminal_width(help_width));
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
  } catch (const po::unknown_option& error) {
    const std::string nearest = nearest_word(strip_dashes(error.get_option_name()), option_names);
    throw UsageError(std::string(error.what()) + advice(nearest.empty() ? "" : "--" + nearest,
                                                        "isr help " + name_ + " lists the options"));
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; isr help " + name_ + " lists the options");
  }
  set_thread_count(common_.threads.value);
  return true;
}

bool CommandLine::given(const std::string& option) const {
  const auto found = variables_.find(option);
  return found != variables_.end() && !found->second.defaulted();
}

CommandText CommandLine::texts() const {
  CommandText texts{usage_, about_, {}};
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    OptionGroup listed{titles_[i], {}};
    for (const auto& option : groups_[i]->options()) {
      OptionText text = text_of(*option);
      text.positional = text.name == positional_name_;
      if (const auto found = choices_.find(text.name); found != choices_.end()) text.choices = found->second;
      listed.options.push_back(std::move(text));
    }
    // A title that comes twice is one group.
    const auto same = std::find_if(texts.groups.begin(), texts.groups.end(),
                                   [&](const OptionGroup& other) { return other.title == listed.title; });
    if (same == texts.groups.end())
      texts.groups.push_back(std::move(listed));
    else
      same->options.insert(same->options.end(), listed.options.begin(), listed.options.end());
  }
  return texts;
}

CommandText declared_by(const Command& command, const Arguments& first_words) {
  CommandText texts;
  wanted = &texts;
  try {
    command.run(first_words);
  } catch (...) {
    wanted = nullptr;
    throw;
  }
  wanted = nullptr;
  return texts;
}

std::string advice(const std::string& nearest, const std::string& list) {
  return nearest.empty() ? "; " + list : "; did you mean " + nearest + "? (" + list + ")";
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
