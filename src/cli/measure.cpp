#include <iostream>

#include "cli/commands.h"
#include "cli/recovery.h"
#include "cli/terminal.h"
#include "sensing/problem_folder.h"

namespace isr {
namespace {

namespace po = boost::program_options;

struct MeasureOptions {
  SourceOptions source;
  MeasurementOptions measurement;
  OutputOptions output{"isr-problem", false};
  bool with_matrix = false, dry_run = false;

  void add_to(CommandLine& command_line) {
    source.add_to(command_line);
    measurement.add_to(command_line);
    output.add_to(command_line);
    auto add = command_line.group("Folder").add_options();
    add("with-matrix", po::bool_switch(&with_matrix),
        "write the measurement matrix itself, as X.npy, in place of its seed");
    add("dry-run", po::bool_switch(&dry_run), "print the sizes and the memory, and write nothing");
  }
};

// One operator measures all pictures of a folder.
PictureGroup only_group(const std::vector<LabelledImage>& images, const MeasurementOptions& options) {
  std::vector<PictureGroup> groups = options.groups(images);
  if (options.snr && images.size() > 1)
    throw UsageError(
        "--snr gives each picture a noise of its own, and a problem folder has one: measure the pictures "
        "apart, "
        "or give --noise");
  if (groups.size() == 1) return std::move(groups[0]);
  const LabelledImage &first = images[groups[0].members[0]], &other = images[groups[1].members[0]];
  const Image &a = first.image, &b = other.image;
  const bool one_shape = a.height == b.height && a.width == b.width && a.channels() == b.channels();
  throw Error(first.source + " and " + other.source +
              (one_shape
                   ? " are sparse in different bases; choose one by --basis"
                   : " differ in size or channels; a problem folder holds pictures of one shape: measure "
                     "them apart"));
}

void print_summary(const Problem& problem, const std::filesystem::path& folder, bool with_matrix) {
  const MeasurementModel& model = problem.model;
  const Index pictures = problem.measurements.cols() / model.channels;
  std::cout << folder.string() << ": problem.json y.npy" << (with_matrix || model.of_block ? " X.npy" : "")
            << (model.patterns && !model.patterns->rows.empty() ? " rows.npy" : "") << "\n"
            << model.measurements << (model.measurements == 1 ? " measurement of " : " measurements of ")
            << model.pixels() << " pixels, " << problem.measurements.cols()
            << (problem.measurements.cols() == 1 ? " column" : " columns") << " for " << pictures
            << (pictures == 1 ? " picture" : " pictures") << "; recover with: isr solve " << folder.string()
            << "\n";
}

}  // namespace

int measure(const Arguments& arguments) {
  CommandLine command_line(
      "measure SOURCE ... [-o DIR] [OPTION ...]",
      "Measures images (simulated) and writes the problem, without the images, to a folder for isr solve:\n"
      "problem.json (sizes, ensemble, seed, basis, noise) and y.npy (a column for each channel of each "
      "image).");
  MeasureOptions options;
  options.add_to(command_line);
  if (!command_line.parse(arguments)) return 0;
  if (options.source.sources.empty())
    throw UsageError("isr measure needs a SOURCE, such as mnist:train:0-9 or photo.jpg");
  options.measurement.validate();
  const std::vector<LabelledImage> images = options.source.load(command_line.common().quiet);
  const PictureGroup group = only_group(images, options.measurement);
  const MeasurementModel& model = group.model;
  if (options.dry_run) {
    const SolverOptions usual;
    print_plans({options.measurement.plan(group, usual)}, command_line.common());
    return 0;
  }
  check_memory(model,
               estimated_operator_bytes(model) + estimated_measuring_bytes(model) +
                   16 * images.size() * static_cast<std::size_t>(model.pixels() * model.channels),
               parse_memory(options.measurement.max_memory));
  OutputDirectory out(options.output.out, options.output.force);
  const Problem problem = options.measurement.measured(images, group).problem;
  save_problem(out.file("problem.json").parent_path(), problem, options.with_matrix);
  check_interrupted();
  out.commit();
  if (!command_line.common().quiet) print_summary(problem, out.target(), options.with_matrix);
  return 0;
}

}  // namespace isr
