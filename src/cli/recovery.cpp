#include "cli/recovery.h"

#include <chrono>
#include <cmath>
#include <iostream>

#include "base/atomic_file.h"
#include "base/npy.h"
#include "base/parallel.h"
#include "cli/terminal.h"
#include "image/mnist.h"
#include "metrics/metrics.h"
#include "report/drawing.h"
#include "report/grid.h"
#include "report/output_directory.h"

namespace isr {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

namespace {

std::string decibels(double psnr) {
  if (std::isinf(psnr)) return "exact";
  char text[32];
  std::snprintf(text, sizeof text, "%.2f dB", psnr);
  return text;
}

// The digits must share a shape: their problems share a matrix.
void check_shapes(const std::vector<LabelledImage>& images) {
  for (const auto& image : images)
    if (image.image.height != images[0].image.height || image.image.width != images[0].image.width)
      throw Error(image.source + " is not of the same size as " + images[0].source +
                  "; images recovered together share one measurement matrix");
}

ResultRow row_of(const LabelledImage& truth, const Image& recovered, const RecoveryOptions& options,
                 Index n) {
  ResultRow row;
  row.source = truth.source;
  row.label = truth.label;
  row.n = n;
  row.p = truth.image.pixels.rows();
  row.ensemble = options.ensemble;
  row.basis = "pixel";
  row.seed = static_cast<std::uint32_t>(options.seed);
  const Eigen::Map<const Eigen::VectorXf> w(recovered.pixels.data(), recovered.pixels.size());
  const Eigen::Map<const Eigen::VectorXf> w_true(truth.image.pixels.data(), truth.image.pixels.size());
  row.relative_error = relative_error(w, w_true);
  row.mse = mse(recovered, truth.image);
  row.psnr = psnr(recovered, truth.image);
  row.ssim = ssim(recovered, truth.image);
  row.support = support_size(w);
  return row;
}

std::string how_made(const RecoveryOptions& options, const ResultRow& row) {
  std::string note = std::to_string(row.n) + " of " + std::to_string(row.p) + " measurements (" +
                     row.ensemble + ", seed " + std::to_string(row.seed) + ")";
  if (options.noise > 0) {
    char text[48];
    std::snprintf(text, sizeof text, ", noise σ = %g", options.noise);
    note += text;
  }
  return note + ", PSNR under each";
}

std::string row_title(const LabelledImage& image) {
  return image.label.empty() ? image.source : "“" + image.label + "”";
}

Grid combined_grid(const RecoveryRun& run, const RecoveryOptions& options) {
  Grid grid;
  grid.columns = {"Original"};
  grid.columns.insert(grid.columns.end(), run.methods.begin(), run.methods.end());
  for (std::size_t i = 0; i < run.truths.size(); ++i) {
    grid.rows.push_back(row_title(run.truths[i]));
    std::vector<GridCell> line{{run.truths[i].image, ""}};
    for (std::size_t m = 0; m < run.methods.size(); ++m)
      line.push_back({run.recovered[i][m], decibels(*run.rows[i * run.methods.size() + m].psnr)});
    grid.cells.push_back(std::move(line));
  }
  grid.note = how_made(options, run.rows.front());
  return grid;
}

Grid method_grid(const RecoveryRun& run, const RecoveryOptions& options, std::size_t method) {
  Grid grid;
  grid.title = run.methods[method];
  grid.columns = {"Original", "Recovered", "|Error|"};
  float most = 0;
  std::vector<Image> errors;
  for (std::size_t i = 0; i < run.truths.size(); ++i) {
    errors.push_back(absolute_error(run.recovered[i][method], run.truths[i].image));
    most = std::max(most, errors.back().pixels.maxCoeff());
  }
  grid.colour_bar = ColourBar{"|error|", most};
  for (std::size_t i = 0; i < run.truths.size(); ++i) {
    const ResultRow& row = run.rows[i * run.methods.size() + method];
    char relative[48];
    std::snprintf(relative, sizeof relative, "rel. error %.2g", *row.relative_error);
    grid.rows.push_back(row_title(run.truths[i]));
    grid.cells.push_back({{run.truths[i].image, ""},
                          {run.recovered[i][method], decibels(*row.psnr)},
                          {colour_mapped(errors[i], most), relative}});
  }
  grid.note = how_made(options, run.rows.front());
  return grid;
}

void write_recovered(const std::filesystem::path& path, const RecoveryRun& run) {
  const Image& first = run.truths[0].image;
  std::vector<std::int64_t> shape{static_cast<std::int64_t>(run.truths.size()),
                                  static_cast<std::int64_t>(run.methods.size()), first.height, first.width};
  if (first.channels() > 1) shape.push_back(first.channels());
  std::vector<float> values;
  for (const auto& line : run.recovered)
    for (const auto& image : line)
      for (Index i = 0; i < image.pixels.rows(); ++i)
        for (Index c = 0; c < image.pixels.cols(); ++c) values.push_back(image.pixels(i, c));
  write_npy(path, shape, values);
}

}  // namespace

void RecoveryOptions::add_to(CommandLine& command_line) {
  command_line.group("Input and output")
      .add_options()("source", po::value(&sources)->value_name("SOURCE"),
                     "digits such as mnist:train:0-9,15 or mnist:test:3")(
          "mnist-dir", po::value(&mnist_directory)->value_name("DIR"),
          "folder of the MNIST files; default: $ISR_MNIST_DIR, the cache of tools/fetch-mnist, the bundled "
          "digits")("out", po::value(&out)->default_value(out)->value_name("DIR"), "folder for the results")(
          "force", po::bool_switch(&force), "write into a folder that holds files already");
  command_line.group("Measurements")
      .add_options()("measurements",
                     po::value(&measurements)->default_value(measurements)->value_name("N|SHARE"),
                     "number of measurements, such as 392, or their share of the pixels, such as 50%")(
          "ensemble", po::value(&ensemble)->default_value(ensemble), "gaussian, rademacher or biased-sign")(
          "positive-probability", po::value(&positive_probability)->default_value(positive_probability),
          "probability of +1 in biased-sign, between 0 and 1")(
          "noise", po::value(&noise)->default_value(noise)->value_name("SIGMA"),
          "standard deviation of the noise on each measurement, at least 0")(
          "seed", po::value(&seed)->default_value(seed), "seed of all random numbers, 0 to 4294967295");
  command_line.group("Solver").add_options()("depth", po::value(&depths)->default_value(depths),
                                             "depths N, such as 2,3,5; each at least 1")(
      "init", po::value(&init)->default_value(init)->value_name("W0"),
      "w0, the starting value of u^N; positive")("signed", po::bool_switch(&signed_model),
                                                 "the signed model w = u^N − v^N in place of w = u^N")(
      "step", po::value(&step)->default_value(step)->value_name("C"), "step size: η = C/N²; positive")(
      "iterations", po::value(&iterations)->default_value(iterations),
      "iterations of gradient descent, at least 0");
}

void RecoveryOptions::validate() const {
  if (seed < 0 || seed > 0xFFFFFFFFll) throw UsageError("--seed must lie between 0 and 4294967295");
  if (!(noise >= 0) || !std::isfinite(noise)) throw UsageError("--noise must be a number of at least 0");
  if (!(positive_probability > 0 && positive_probability < 1))
    throw UsageError("--positive-probability must lie between 0 and 1");
  ensemble_kind();
  for (const int depth : depths.values) {
    GradientDescentOptions descent{{depth, model(), init}, StepRule::constant, step, iterations};
    descent.validate();
  }
}

Ensemble RecoveryOptions::ensemble_kind() const {
  for (const Ensemble kind : {Ensemble::gaussian, Ensemble::rademacher, Ensemble::biased_sign})
    if (ensemble == to_string(kind)) return kind;
  throw UsageError("--ensemble " + ensemble + " is unknown; it is one of gaussian, rademacher, biased-sign");
}

Json RecoveryOptions::to_json() const {
  std::ostringstream count;
  count << measurements;
  return {{"source", sources},
          {"measurements", count.str()},
          {"ensemble", ensemble},
          {"positive_probability", positive_probability},
          {"seed", seed},
          {"noise", noise},
          {"depth", depths.values},
          {"init", init},
          {"model", to_string(model())},
          {"step", step},
          {"iterations", iterations}};
}

std::vector<LabelledImage> load_sources(const RecoveryOptions& options) {
  std::vector<LabelledImage> images;
  for (const auto& source : options.sources) {
    const MnistSelection selection = parse_mnist_source(source);
    auto digits = load_mnist(selection, find_mnist_directory(options.mnist_directory));
    images.insert(images.end(), std::make_move_iterator(digits.begin()),
                  std::make_move_iterator(digits.end()));
  }
  return images;
}

RecoveryRun run_recovery(std::vector<LabelledImage> images, const RecoveryOptions& options,
                         bool show_progress) {
  check_shapes(images);
  const Index p = images[0].image.pixels.rows();
  const Index n = options.measurements.resolve(p);
  const auto seed = static_cast<std::uint32_t>(options.seed);
  const OperatorPtr matrix = make_ensemble(options.ensemble_kind(), n, p, seed, options.positive_probability);
  Eigen::MatrixXf truth(p, static_cast<Index>(images.size()));
  for (std::size_t i = 0; i < images.size(); ++i)
    truth.col(static_cast<Index>(i)) = images[i].image.pixels.col(0);
  Eigen::MatrixXf y(n, truth.cols());
  matrix->apply(truth, y);
  y = add_noise(y, options.noise, seed);

  RecoveryRun run;
  run.truths = std::move(images);
  for (const int depth : options.depths.values) run.methods.push_back("N = " + std::to_string(depth));
  const std::size_t methods = run.methods.size();
  run.recovered.assign(run.truths.size(), std::vector<Image>(methods));
  run.rows.resize(run.truths.size() * methods);
  ProgressBar progress("recovering",
                       static_cast<double>(run.rows.size()) * static_cast<double>(options.iterations),
                       show_progress);
  parallel_for(run.rows.size(), [&](std::size_t job) {
    const std::size_t i = job / methods, m = job % methods;
    GradientDescentOptions descent{{options.depths.values[m], options.model(), options.init},
                                   StepRule::constant,
                                   options.step,
                                   options.iterations};
    const auto start = std::chrono::steady_clock::now();
    const DescentBatch batch = gradient_descent(*matrix, y.col(static_cast<Index>(i)), descent, {}, {}, [&] {
      progress.advance(64);
      return interrupted();
    });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const Image& shape = run.truths[i].image;
    run.recovered[i][m] = Image(shape.height, shape.width, batch.w);
    ResultRow row = row_of(run.truths[i], run.recovered[i][m], options, n);
    row.method = "gd";
    row.depth = descent.network.depth;
    row.w0 = options.init;
    row.step = batch.step;
    row.iterations = batch.columns[0].iterations;
    row.flow_time = batch.columns[0].flow_time;
    row.stop_reason = to_string(batch.columns[0].status);
    Eigen::MatrixXf fitted(n, 1);
    matrix->apply(batch.w, fitted);
    row.relative_residual = relative_error(fitted.col(0), y.col(static_cast<Index>(i)));
    row.seconds = seconds.count();
    run.rows[job] = std::move(row);
  });
  check_interrupted();
  return run;
}

void report_recovery(const RecoveryRun& run, const RecoveryOptions& options, const CommonOptions& common,
                     const std::string& command) {
  const Json document = results_document(command, options.to_json(), run.rows);
  OutputDirectory out(options.out, options.force);
  const Grid figure = combined_grid(run, options);
  parallel_for(2 + run.methods.size(), [&](std::size_t page) {
    if (page == 0) return write_grid(out.file("figure.png"), figure);
    if (page == 1) return write_grid(out.file("figure.pdf"), figure);
    const std::size_t m = page - 2;
    write_grid(out.file("depth-" + std::to_string(options.depths.values[m]) + ".png"),
               method_grid(run, options, m));
  });
  write_recovered(out.file("recovered.npy"), run);
  write_file(out.file("results.csv"), to_csv(run.rows));
  write_file(out.file("results.json"), document.dump(2) + "\n");
  check_interrupted();
  out.commit();
  if (common.json)
    std::cout << document.dump(2) << "\n";
  else if (!common.quiet) {
    print_table(std::cout, run.rows);
    std::cout << "\n"
              << out.target().string()
              << ": figure.png, figure.pdf, depth-N.png, recovered.npy, results.csv, results.json\n";
  }
}

}  // namespace isr
