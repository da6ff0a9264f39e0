#include "experiments/compare_paths.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>

#include "base/error.h"
#include "base/parallel.h"
#include "experiments/compare_words.h"
#include "experiments/path_study.h"
#include "sensing/instrument.h"

namespace isr {
namespace {

// Images of one group measured with one noise.
struct NoisyProblem {
  Problem problem;
  RecoverWatch watch;
  std::unique_ptr<Recoverer> recoverer;
};

// The images that one operator measures: a problem for each variant of the noise.
struct CompareGroup {
  std::vector<std::size_t> members;
  std::vector<std::unique_ptr<NoisyProblem>> by_noise;
};

std::vector<CompareGroup> measure_groups(const std::vector<LabelledImage>& images,
                                         const std::vector<PictureGroup>& groups, const PathsToCompare& asked,
                                         const Cancelled& cancelled) {
  std::vector<CompareGroup> all;
  for (const PictureGroup& group : groups) {
    const Measured clean = measure_images(images, group, 0);
    CompareGroup measured{group.members, {}};
    for (const double noise : asked.noises) {
      auto noisy = std::make_unique<NoisyProblem>();
      noisy->watch.cancelled = cancelled;
      noisy->problem = clean.problem;
      noisy->problem.noise = noise;
      noisy->problem.measurements = add_noise(clean.problem.measurements, noise, group.model.seed);
      noisy->problem = corrected(std::move(noisy->problem), {});
      noisy->recoverer = std::make_unique<Recoverer>(noisy->problem, noisy->watch);
      measured.by_noise.push_back(std::move(noisy));
    }
    all.push_back(std::move(measured));
  }
  return all;
}

// Everything that one path needs.
struct PathJob {
  const CompareGroup* group;
  std::size_t image, column, variant;
  int depth;
};

PathSubject subject_of(const PathJob& job, const Comparison& comparison, const PathsToCompare& asked) {
  const double noise = comparison.variants[job.variant].noise;
  const auto& noises = asked.noises;
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

RecoverOptions options_of(const PathJob& job, const Comparison& comparison, const PathsToCompare& asked,
                          const Plan& usual) {
  RecoverOptions recover = asked.options_of(job.depth);
  if (asked.inits || !starts_by_itself(usual)) recover.init = comparison.variants[job.variant].init;
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
std::size_t moments_of(const PathsToCompare& asked, const Image& image) {
  if (asked.frames > 0) return static_cast<std::size_t>(asked.frames);
  constexpr Index small_side = 96;
  return image.pixels.size() <= small_side * small_side ? 140 : 48;
}

}  // namespace

PathsToCompare::PathsToCompare() {
  recover.step = 5e-3;
  recover.stop.rule = StopRule::hold_out;
  recover.stop.hold_out = HoldOut{10, 1};
}

RecoverOptions PathsToCompare::options_of(int depth) const {
  RecoverOptions options = recover;
  options.depth = depth;
  options.init = inits ? std::optional((*inits)[0]) : std::nullopt;
  options.shifts = 1;
  return options;
}

void PathsToCompare::validate() const {
  for (const double noise : noises)
    if (!(noise >= 0) || !std::isfinite(noise))
      throw UsageError("noise must be a list of numbers of at least 0");
  if (frames != 0 && frames < 10) throw UsageError("frames must be at least 10, or 0");
  if (recover.iterations < 1) throw UsageError("iterations must be at least 1");
  if (depths.empty() || noises.empty() || (inits && inits->empty()))
    throw UsageError("there must be at least one depth, one noise and, where given, one init to compare");
  for (const int depth : depths)
    for (const double init : inits.value_or(std::vector<double>{1})) {
      RecoverOptions options = options_of(depth);
      options.init = init;
      options.validate();
    }
}

Comparison compare_paths(std::vector<LabelledImage> images, const std::vector<PictureGroup>& pictures,
                         const PathsToCompare& asked, const RecoverWatch& watch) {
  asked.validate();
  const Stop& stop = asked.recover.stop;
  const std::vector<CompareGroup> groups = measure_groups(images, pictures, asked, watch.cancelled);
  const Problem& first = groups[0].by_noise[0]->problem;
  Comparison comparison;
  comparison.title = asked.title;
  comparison.command = asked.command;
  comparison.chosen_rule = rule_name(stop.rule);
  comparison.depths = asked.depths;
  const Plan usual = plan(first.model, first.noise, asked.options_of(asked.depths[0]));
  comparison.variants =
      variants_of(asked.noises, asked.inits               ? *asked.inits
                                : starts_by_itself(usual) ? std::vector<double>{usual.network.init}
                                                          : std::vector<double>{paper_init});
  comparison.rules = rules_of(asked);
  comparison.images = std::move(images);
  describe(comparison, asked, first, usual);

  const std::vector<PathJob> jobs = all_jobs(comparison, groups);
  comparison.paths.resize(jobs.size());
  std::atomic<std::size_t> done{0};
  parallel_for(jobs.size(), [&](std::size_t i) {
    const PathJob& job = jobs[i];
    const double noise = comparison.variants[job.variant].noise;
    ComparedPath path = study_path(subject_of(job, comparison, asked),
                                   options_of(job, comparison, asked, usual), rules_for(stop, noise),
                                   moments_of(asked, comparison.images[job.image].image), watch.cancelled);
    path.image = job.image;
    path.variant = job.variant;
    comparison.paths[i] = std::move(path);
    if (watch.progress) watch.progress(static_cast<double>(++done) / static_cast<double>(jobs.size()));
  });
  return comparison;
}

}  // namespace isr
