#include "cli/commands.h"

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <new>

#include "base/instruction_set.h"
#include "base/parallel.h"
#include "cli/terminal.h"
#include "report/gnuplot.h"
#include "report/output_directory.h"

namespace isr {
namespace {

constexpr Command commands[] = {
    {"reproduce", "draw the figures of Li, Nguyen, Hegde and Wong (NeurIPS 2021)", reproduce},
    {"recover", "measure images (simulated) and recover them at several depths", recover},
    {"compare", "compare depths over time, on one page for the browser", compare},
    {"playground", "write a live page: draw, measure, and watch depth at work in the browser", playground},
    {"measure", "write simulated measurements to a folder that holds no truth", measure},
    {"solve", "recover images from measurements alone: a folder, or arrays of your own", solve},
};

std::string choices(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "|") + name;
  return text;
}

void print_usage(std::ostream& out) {
  out << "isr " ISR_VERSION
         ": recovers images from a few random linear measurements by implicit sparse regularization,\n"
         "gradient descent on w = u^N − v^N with no penalty.\n\n"
         "Usage: isr COMMAND [OPTION ...]      isr COMMAND --help lists a command's options\n\n";
  for (const Command& command : commands) {
    const std::string name = command.name;
    out << "  " << name << std::string(name.size() < 12 ? 12 - name.size() : 1, ' ') << command.summary
        << "\n";
  }
  out << "\nEnvironment: ISR_SIMD=" << choices(compiled_instruction_sets())
      << "   use no better instruction set (for tests)\n"
         "Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated.\n";
}

void print_version() {
  std::cout << "isr " ISR_VERSION "\n"
            << "instruction set: " << instruction_set() << ", of " << choices(compiled_instruction_sets())
            << "\n"
#ifdef __clang__
            << "compiler: Clang " __clang_version__ "\n"
#else
            << "compiler: GCC " __VERSION__ "\n"
#endif
            << "threads: " << thread_count() << "\n";
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) {
    print_usage(std::cerr);
    return 2;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h" || name == "help") {
    print_usage(std::cout);
    return 0;
  }
  if (name == "--version" || name == "version") {
    print_version();
    return 0;
  }
  const auto* command = std::find_if(std::begin(commands), std::end(commands),
                                     [&](const Command& c) { return name == c.name; });
  if (command == std::end(commands))
    throw UsageError("\"" + name + "\" is no command; isr --help lists them");
  limit_instruction_set();  // a wrong ISR_SIMD ends the command before it works
  return command->run(Arguments(arguments.begin() + 1, arguments.end()));
}

// What a process that ends in the middle of its work must not leave.
bool abandon() {
  end_gnuplots();
  return OutputDirectory::abandon_all();
}

// Signals end children and calls of the system too: what follows from that is no failure.
int failed(const std::string& why, int status) {
  if (interrupted()) return interrupted_status(abandon());
  std::cerr << "isr: " << in_terms_of_options(why) << "\n";
  return status;
}

}  // namespace

int run_program(const Arguments& arguments) {
  open_standard_streams();
  try {
    catch_signals(abandon);
    const int status = dispatch(arguments);
    std::cout.flush();
    if (!std::cout && output_is_closed()) return 128 + SIGPIPE;
    if (!std::cout) throw Error("cannot write to standard output");
    return status;
  } catch (const Interrupted&) {
    return interrupted_status(abandon());
  } catch (const UsageError& error) {
    return failed(error.what(), 2);
  } catch (const std::bad_alloc&) {
    return failed("out of memory; choose a smaller image or fewer measurements", 1);
  } catch (const std::exception& error) {
    return failed(error.what(), 1);
  }
}

}  // namespace isr
