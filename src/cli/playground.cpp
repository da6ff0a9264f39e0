#include <iostream>

#include "base/atomic_file.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "image/mnist.h"
#include "report/live_page.h"

namespace isr {
namespace {

// One of each digit, 0 to 9.
const std::vector<std::size_t> shown_digits{1, 3, 5, 7, 2, 0, 13, 15, 17, 4};

}  // namespace

int playground(const Arguments& arguments) {
  namespace po = boost::program_options;
  CommandLine command_line("playground [-o FILE]",
                           "Writes a page for the browser on which a class draws a digit, chooses how it is "
                           "measured, and sees at\n"
                           "once what each depth makes of it over time. The page is one file that needs "
                           "neither isr nor a network.");
  std::string file = "isr-playground.html", mnist_directory;
  bool force = false;
  auto add = command_line.group("Page").add_options();
  add("out,o", po::value(&file)->default_value(file)->value_name("FILE"), "the file to write");
  add("force", po::bool_switch(&force), "overwrite it where it exists");
  add("mnist-dir", po::value(&mnist_directory)->value_name("DIR"),
      "where the digits are, see isr recover --help");
  if (!command_line.parse(arguments)) return 0;
  const LiveEngine engine = live_engine();
  if (engine.module.empty())
    throw Error(
        "this isr was built without what computes in the browser; the script tools/playground of its source "
        "builds one with it, and writes the page");
  if (!force && std::filesystem::exists(file))
    throw Error(file + " exists; --force overwrites it, or choose another name by --out");
  const MnistSelection digits{MnistSplit::train, shown_digits};
  const std::string page = live_page(load_mnist(digits, find_mnist_directory(mnist_directory)), engine);
  write_file(file, page);
  if (!command_line.common().quiet)
    std::cout << file << ": " << page.size() / 1000 << " kB; open it in a browser\n";
  return 0;
}

}  // namespace isr
