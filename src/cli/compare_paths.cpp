#include "cli/compare_paths.h"

#include <algorithm>
#include <memory>

#include "base/parallel.h"
#include "cli/compare_words.h"
#include "cli/path_study.h"
#include "cli/terminal.h"
#include "sensing/instrument.h"

namespace isr {
namespace {

// Images of one group measured with one noise.
struct NoisyProblem {
  Problem problem;
  RecoverWatch watch{interrupted, {}, {}};
  std::unique_ptr<Recoverer> recoverer;
};

// The images that one operator measures: a problem for each variant of the noise.
struct CompareGroup {
  std::vector<std::size_t> members;
  std::vector<std::unique_ptr<NoisyProblem>> by_noise;
};

std::vector<CompareGroup> measure_groups(const std::vector<LabelledImage>& images,
                                         const CompareOptions& options) {
  std::vector<CompareGroup> groups;
  for (const auto& group : options.measurement.groups(images)) {
    check_memory(group.model,
                 estimated_bytes(group.model, options.noises.values[0],
                                 static_cast<Index>(group.members.size()), options.solver_options()),
                 parse_memory(options.measurement.max_memory));
    const Measured clean = measure_images(images, group, 0);
    CompareGroup measured{group.members, {}};
    for (const double noise : options.noises.values) {
      auto noisy = std::make_unique<NoisyProblem>();
      noisy->problem = clean.problem;
      noisy->problem.noise = noise;
      noisy->problem.measurements = add_noise(clean.problem.measurements, noise, group.model.seed);
      noisy->problem = corrected(std::move(noisy->problem), {});
      noisy->recoverer = std::make_unique<Recoverer>(noisy->problem, noisy->watch);
      measured.by_noise.push_back(std::move(noisy));
    }
    groups.push_back(std::move(measured));
  }
  return groups;
}

// Everything that one path needs.
struct PathJob {
  const CompareGroup* group;
  std::size_t image, column, variant;
  int depth;
};

PathSubject subject_of(const PathJob& job, const Comparison& comparison, const CompareOptions& options) {
  const double noise = comparison.variants[job.variant].noise;
  const auto& noises = options.noises.values;
  const auto k = static_cast<std::size_t>(std::find(noises.begin(), noises.end(), noise) - noises.begin());
  const NoisyProblem& noisy = *job.group->by_noise[k];
  const Image& truth = comparison.images[job.image].image;
  PathSubject subject{truth, truth.pixels.reshaped(), *noisy.recoverer, noisy.problem,
                      static_cast<Index>(job.column)};
  if (const auto& synthesis = noisy.problem.operators.synthesis) {
    Eigen::MatrixXf coefficients(synthesis->cols(), truth.pixels.cols());
    synthesis->analyze(truth.pixels, coefficients);
    subject.coefficients = coefficients.reshaped();
  }
  return subject;
}

constexpr double paper_init = 1e-3;

// Does the recovery choose the start? In pixels, with a matrix, the paper's is the default here: what early
// stopping does shows best from there.
bool starts_by_itself(const Plan& plan) {
  return plan.reads_fit;
}

RecoverOptions options_of(const PathJob& job, const Comparison& comparison, const CompareOptions& options,
                          const Plan& usual) {
  RecoverOptions recover = options.recover_options();
  recover.depth = job.depth;
  if (options.inits || !starts_by_itself(usual)) recover.init = comparison.variants[job.variant].init;
  return recover;
}

// The rules to compare: hold-out where it is asked for, discrepancy where there is noise, and the one asked
// for.
std::vector<Stop> rules_for(const Stop& asked, double noise) {
  std::vector<Stop> rules;
  if (asked.rule == StopRule::automatic || asked.rule == StopRule::hold_out) {
    Stop hold_out = asked;
    hold_out.rule = StopRule::hold_out;
    rules.push_back(hold_out);
  }
  if (noise > 0 || asked.rule == StopRule::discrepancy) {
    Stop discrepancy = asked;
    discrepancy.rule = StopRule::discrepancy;
    rules.push_back(discrepancy);
  }
  if (asked.rule == StopRule::residual || asked.rule == StopRule::time || asked.rule == StopRule::iterations)
    rules.push_back(asked);
  return rules;
}

std::vector<PathJob> all_jobs(const Comparison& comparison, const std::vector<CompareGroup>& groups) {
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

// As many moments as fit a page of a few megabytes.
std::size_t moments_of(const CompareOptions& options, const Image& image) {
  if (options.frames > 0) return static_cast<std::size_t>(options.frames);
  return image.pixels.size() <= 96 * 96 ? 140 : 48;
}

}  // namespace

Comparison compare_paths(std::vector<LabelledImage> images, const CompareOptions& options,
                         const std::string& command, bool show_progress) {
  const Stop stop = parse_stop(options.stop);
  const std::vector<CompareGroup> groups = measure_groups(images, options);
  const Problem& first = groups[0].by_noise[0]->problem;
  Comparison comparison;
  comparison.command = command;
  comparison.chosen_rule = rule_key(stop.rule);
  comparison.depths = options.depths.values;
  const Plan usual = plan(first.model, first.noise, options.recover_options());
  comparison.variants =
      variants_of(options.noises.values, options.inits             ? options.inits->values
                                         : starts_by_itself(usual) ? std::vector<double>{usual.network.init}
                                                                   : std::vector<double>{paper_init});
  comparison.rules = rules_of(options, stop);
  comparison.images = std::move(images);
  describe(comparison, options, first, usual);

  const std::vector<PathJob> jobs = all_jobs(comparison, groups);
  comparison.paths.resize(jobs.size());
  ProgressBar progress("following paths", static_cast<double>(jobs.size()), show_progress);
  parallel_for(jobs.size(), [&](std::size_t i) {
    const PathJob& job = jobs[i];
    const double noise = comparison.variants[job.variant].noise;
    ComparedPath path =
        study_path(subject_of(job, comparison, options), options_of(job, comparison, options, usual),
                   rules_for(stop, noise), moments_of(options, comparison.images[job.image].image));
    path.image = job.image;
    path.variant = job.variant;
    comparison.paths[i] = std::move(path);
    progress.advance(1);
  });
  check_interrupted();
  return comparison;
}

}  // namespace isr
