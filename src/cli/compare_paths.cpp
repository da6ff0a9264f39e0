#include "cli/compare_paths.h"

#include <array>
#include <map>
#include <memory>

#include "base/parallel.h"
#include "cli/compare_words.h"
#include "cli/memory_limit.h"
#include "cli/path_study.h"
#include "cli/picture_solving.h"
#include "cli/terminal.h"

namespace isr {
namespace {

// The images of one shape: how they are measured, and the clean measurements, a column each.
struct ShapeGroup {
  std::vector<std::size_t> members;
  std::unique_ptr<SplitMeasurements> split;
  Eigen::MatrixXf clean;
};

bool needs_newton(const CompareOptions& options, const MeasurementModel& model) {
  bool control = false;
  for (const int depth : options.depths.values) control |= depth == 1;
  return options.solver == "flow" && (control || !is_solved_by_products(model));
}

std::vector<ShapeGroup> measure_images(const std::vector<LabelledImage>& images,
                                       const CompareOptions& options) {
  std::map<std::array<int, 2>, std::vector<std::size_t>> by_shape;
  for (std::size_t i = 0; i < images.size(); ++i)
    by_shape[{images[i].image.height, images[i].image.width}].push_back(i);
  std::vector<ShapeGroup> groups;
  for (auto& [shape, members] : by_shape) {
    std::vector<const Image*> pictures;
    for (const std::size_t i : members) pictures.push_back(&images[i].image);
    const MeasurementModel model = options.measurement.model_for(pictures);
    check_memory(model, members.size(), parse_memory(options.measurement.max_memory));
    ShapeGroup group{
        std::move(members), std::make_unique<SplitMeasurements>(model, options.hold_out_folds()), {}};
    if (needs_newton(options, model)) group.split->prepare_newton();
    Eigen::MatrixXf pixels(model.pixels(), static_cast<Index>(pictures.size()));
    for (std::size_t k = 0; k < pictures.size(); ++k)
      pixels.col(static_cast<Index>(k)) = pictures[k]->pixels.col(0);
    group.clean.resize(model.measurements, pixels.cols());
    group.split->operators().sensing->apply(pixels, group.clean);
    groups.push_back(std::move(group));
  }
  return groups;
}

// Everything that one path needs.
struct PathJob {
  const ShapeGroup* group;
  std::size_t image, column, variant;
  int depth;
};

PathSubject subject_of(const PathJob& job, const Comparison& comparison, const Stop& stop) {
  const SplitMeasurements& split = *job.group->split;
  const Image& truth = comparison.images[job.image].image;
  const double noise = comparison.variants[job.variant].noise;
  PathSubject subject{truth, truth.pixels.col(0), {}, noise, stop};
  subject.measurements = add_noise(job.group->clean.cast<double>(), noise, split.model().seed)
                             .col(static_cast<Index>(job.column))
                             .cast<float>();
  if (split.operators().synthesis) {
    Eigen::MatrixXf coefficients(split.operators().system->cols(), 1);
    split.operators().synthesis->analyze(truth.pixels, coefficients);
    subject.coefficients = coefficients.col(0);
  }
  return subject;
}

PathRequest request_of(const PathJob& job, const Comparison& comparison, const CompareOptions& options) {
  const MeasurementModel& model = job.group->split->model();
  PathRequest request;
  request.network = {job.depth, options.model(model.basis), comparison.variants[job.variant].init};
  request.step = options.step;
  request.flow = options.solver == "flow";
  request.iterations = options.iterations;
  // As many moments as fit a page of a few megabytes.
  request.moments = options.frames > 0          ? static_cast<std::size_t>(options.frames)
                    : model.pixels() <= 96 * 96 ? 140
                                                : 48;
  return request;
}

std::vector<PathJob> all_jobs(const Comparison& comparison, const std::vector<ShapeGroup>& groups) {
  std::vector<PathJob> of_image(comparison.images.size());
  for (const auto& group : groups)
    for (std::size_t k = 0; k < group.members.size(); ++k)
      of_image[group.members[k]] = {&group, group.members[k], k, 0, 0};
  std::vector<PathJob> jobs;
  for (PathJob job : of_image)
    for (job.variant = 0; job.variant < comparison.variants.size(); ++job.variant)
      for (const int depth : comparison.depths) {
        job.depth = depth;
        jobs.push_back(job);
      }
  return jobs;
}

}  // namespace

Comparison compare_paths(std::vector<LabelledImage> images, const CompareOptions& options,
                         const std::string& command, bool show_progress) {
  const Stop stop = parse_stop(options.stop);
  const std::vector<ShapeGroup> groups = measure_images(images, options);
  const MeasurementModel& model = groups[0].split->model();
  std::vector<double> inits = options.inits.values;
  if (!options.init_given && is_solved_by_products(model)) inits = {default_picture_init(model.basis)};

  Comparison comparison;
  comparison.command = command;
  comparison.chosen_rule = rule_key(stop.rule);
  comparison.depths = options.depths.values;
  comparison.variants = variants_of(options.noises.values, inits);
  comparison.rules = rules_of(options, stop);
  comparison.images = std::move(images);
  describe(comparison, options, *groups[0].split);

  const std::vector<PathJob> jobs = all_jobs(comparison, groups);
  comparison.paths.resize(jobs.size());
  ProgressBar progress("following paths", static_cast<double>(jobs.size()), show_progress);
  parallel_for(jobs.size(), [&](std::size_t i) {
    const PathJob& job = jobs[i];
    ComparedPath path = study_path(*job.group->split, subject_of(job, comparison, stop),
                                   request_of(job, comparison, options));
    path.image = job.image;
    path.variant = job.variant;
    comparison.paths[i] = std::move(path);
    progress.advance(1);
  });
  check_interrupted();
  return comparison;
}

}  // namespace isr
