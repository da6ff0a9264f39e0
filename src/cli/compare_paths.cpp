#include "cli/compare_paths.h"

#include <array>
#include <cmath>
#include <map>
#include <memory>

#include "base/parallel.h"
#include "cli/path_study.h"
#include "cli/terminal.h"

namespace isr {
namespace {

// 10⁻³ for 0.001, otherwise the shortest decimal text.
std::string superscript_power(double value) {
  const double exponent = std::log10(value);
  if (value <= 0 || std::abs(exponent - std::round(exponent)) > 1e-9 || std::abs(exponent) < 2)
    return shown(value);
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (const char c : std::to_string(static_cast<int>(std::lround(std::abs(exponent)))))
    text += digits[c - '0'];
  return text;
}

std::vector<ComparedVariant> variants_of(const CompareOptions& options) {
  const bool many_inits = options.inits.values.size() > 1, many_noises = options.noises.values.size() > 1;
  std::vector<ComparedVariant> variants;
  for (const double noise : options.noises.values)
    for (const double init : options.inits.values) {
      ComparedVariant variant{init, noise, "", ""};
      if (many_inits) variant.short_name = superscript_power(init);
      if (many_inits) variant.label = "w0 = " + variant.short_name;
      if (many_noises) {
        variant.label += (many_inits ? ", σ = " : "σ = ") + shown(noise);
        variant.short_name += (many_inits ? ", " : "") + shown(noise);
      }
      variants.push_back(std::move(variant));
    }
  return variants;
}

std::vector<ComparedRule> rules_of(const CompareOptions& options) {
  std::vector<ComparedRule> rules{{"oracle", "best (oracle)", "the highest PSNR; only the truth reveals it"}};
  if (options.hold_out_share() > 0)
    rules.push_back({"hold-out", "hold-out", "the smallest residual on the measurements held out"});
  bool noisy = false;
  for (const double noise : options.noises.values) noisy |= noise > 0;
  if (noisy)
    rules.push_back(
        {"discrepancy", "discrepancy", "the first time that the residual is as small as the noise"});
  if (options.solver == "flow")
    rules.push_back({"limit", "limit", "the end of the flow, τ → ∞"});
  else
    rules.push_back({"limit", "last iterate", "the end of gradient descent"});
  return rules;
}

std::string joined(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + shown(value);
  return text;
}

void describe(Comparison& comparison, const CompareOptions& options, const SplitMeasurements& split) {
  const MeasurementModel& model = split.model;
  const Index n = split.operators.system->rows(), p = split.operators.system->cols();
  const std::string model_text = options.model() == Model::nonnegative ? "w = u^N" : "w = u^N − v^N";
  const std::string sizes = "n = " + std::to_string(n) + " of p = " + std::to_string(p);
  comparison.subtitle = sizes + " · " + model.ensemble + " · " + model_text +
                        (options.noises.values[0] > 0 || options.noises.values.size() > 1
                             ? " · σ = " + joined(options.noises.values)
                             : "");
  auto& settings = comparison.settings;
  settings.emplace_back("Measurements", sizes + (split.rows.held_out.empty()
                                                     ? ""
                                                     : "; " + std::to_string(split.rows.held_out.size()) +
                                                           " of them held out to judge, not solved on"));
  settings.emplace_back(
      "Ensemble",
      model.ensemble +
          (model.ensemble == "biased-sign" ? ", P(+1) = " + shown(model.positive_probability) : "") +
          ", seed " + std::to_string(model.seed));
  settings.emplace_back("Basis", model.basis);
  settings.emplace_back("Noise", "σ = " + joined(options.noises.values) + " on each measurement");
  settings.emplace_back("Model",
                        model_text + ", start u = v = w0^(1/N), w0 = " + joined(options.inits.values));
  settings.emplace_back("Solver",
                        options.solver == "flow"
                            ? "gradient flow, followed to its limit"
                            : "gradient descent, " + std::to_string(options.iterations) + " iterations");
  settings.emplace_back("Iterations", "τ/η with η = C/N², C = " + shown(options.step));
}

Image grey(const Image& image) {
  if (image.channels() == 1) return image;
  // ITU-R BT.601 luma.
  return {image.height, image.width,
          0.299f * image.pixels.col(0) + 0.587f * image.pixels.col(1) + 0.114f * image.pixels.col(2)};
}

std::string title_of(const CompareOptions& options) {
  std::string title;
  for (const auto& source : options.source.sources) title += (title.empty() ? "" : ", ") + source;
  return title;
}

// About so many moments of each path: what fits a page of a few megabytes.
std::size_t moments_for(const CompareOptions& options, const Image& image) {
  if (options.frames > 0) return static_cast<std::size_t>(options.frames);
  return image.pixels.rows() <= 96 * 96 ? 140 : 48;
}

// An image's measurements: a column for each variant.
struct MeasuredImage {
  std::shared_ptr<const SplitMeasurements> split;  // shared by the images of one shape
  Eigen::MatrixXf measurements;
};

std::vector<MeasuredImage> measure_images(const Comparison& comparison, const CompareOptions& options) {
  std::map<std::array<int, 2>, std::vector<std::size_t>> by_shape;
  for (std::size_t i = 0; i < comparison.images.size(); ++i)
    by_shape[{comparison.images[i].image.height, comparison.images[i].image.width}].push_back(i);
  std::vector<MeasuredImage> measured(comparison.images.size());
  for (const auto& [shape, members] : by_shape) {
    const Image& first = comparison.images[members[0]].image;
    const auto split = std::make_shared<const SplitMeasurements>(options.measurement.model_for(first),
                                                                 options.hold_out_share());
    Eigen::MatrixXf pixels(first.pixels.rows(), static_cast<Index>(members.size()));
    for (std::size_t k = 0; k < members.size(); ++k)
      pixels.col(static_cast<Index>(k)) = comparison.images[members[k]].image.pixels.col(0);
    Eigen::MatrixXf clean(split->operators.sensing->rows(), pixels.cols());
    split->operators.sensing->apply(pixels, clean);
    for (const std::size_t i : members)
      measured[i] = {split, Eigen::MatrixXf(clean.rows(), static_cast<Index>(comparison.variants.size()))};
    for (std::size_t v = 0; v < comparison.variants.size(); ++v) {
      const Eigen::MatrixXf noisy = add_noise(clean, comparison.variants[v].noise, split->model.seed);
      for (std::size_t k = 0; k < members.size(); ++k)
        measured[members[k]].measurements.col(static_cast<Index>(v)) = noisy.col(static_cast<Index>(k));
    }
  }
  return measured;
}

}  // namespace

Comparison compare_paths(std::vector<LabelledImage> images, const CompareOptions& options,
                         const std::string& command, bool show_progress) {
  for (auto& image : images) image.image = grey(image.image);
  Comparison comparison;
  comparison.title = title_of(options);
  comparison.command = command;
  comparison.chosen_rule = options.stop == "none" ? "oracle" : options.stop;
  comparison.depths = options.depths.values;
  comparison.variants = variants_of(options);
  comparison.rules = rules_of(options);
  comparison.images = std::move(images);

  const std::vector<MeasuredImage> measured = measure_images(comparison, options);
  describe(comparison, options, *measured[0].split);

  const std::size_t depths = comparison.depths.size(), variants = comparison.variants.size();
  comparison.paths.resize(comparison.images.size() * variants * depths);
  ProgressBar progress("following paths", static_cast<double>(comparison.paths.size()), show_progress);
  parallel_for(comparison.paths.size(), [&](std::size_t job) {
    const std::size_t depth = job % depths, variant = job / depths % variants,
                      image = job / depths / variants;
    const SplitMeasurements& split = *measured[image].split;
    const Image& truth = comparison.images[image].image;
    PathSubject subject{truth, truth.pixels.col(0),
                        measured[image].measurements.col(static_cast<Index>(variant)),
                        comparison.variants[variant].noise};
    if (split.operators.synthesis) {
      Eigen::MatrixXf coefficients(split.operators.system->cols(), 1);
      split.operators.synthesis->analyze(truth.pixels, coefficients);
      subject.coefficients = coefficients.col(0);
    }
    const PathRequest request{{comparison.depths[depth], options.model(), comparison.variants[variant].init},
                              options.step,
                              options.solver == "flow",
                              options.iterations,
                              moments_for(options, truth)};
    ComparedPath path = study_path(split, subject, request);
    path.image = image;
    path.variant = variant;
    comparison.paths[job] = std::move(path);
    progress.advance(1);
  });
  check_interrupted();
  return comparison;
}

}  // namespace isr
