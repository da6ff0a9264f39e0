#include "experiments/comparison.h"

#include <algorithm>
#include <cmath>

namespace isr {
namespace {

struct AuthorsWindow {
  Figure figure;
  int depth;
  double begin, end;
  double minimum;  // log2 error; 0 for windows of coordinates
};

// What the authors' code gives (PyTorch 1.13, float32).
constexpr AuthorsWindow authors_windows[] = {
    {Figure::early_stopping_coordinates, 2, 194, 722, 0},
    {Figure::early_stopping_coordinates, 3, 4100, 23278, 0},
    {Figure::early_stopping_coordinates, 4, 307647, 1793323, 0},
    {Figure::early_stopping_error, 2, 216, 626, -5.96},
    {Figure::early_stopping_error, 3, 951, 4047, -6.20},
    {Figure::early_stopping_error, 4, 2423, 10485, -6.20},
};

struct AuthorsTimes {
  int depth;
  double iteration[4];  // first with w_i >= 0.9 w*_i, for w* = 1, 2, 3, 4
};

constexpr AuthorsTimes authors_times[] = {
    {2, {1616, 754, 497, 391}},
    {3, {4040, 1715, 1138, 879}},
    {5, {9514, 3992, 2664, 2056}},
};

const AuthorsWindow* authors_window(Figure figure, int depth) {
  for (const AuthorsWindow& window : authors_windows) {
    if (window.figure == figure && window.depth == depth) return &window;
  }
  return nullptr;
}

bool same_data(const ExperimentOptions& options) {
  return options.seed == paper_protocol(options.figure).seed;
}

double tolerance_of(double authors, bool exact, double spread) {
  return exact ? std::max(2.0, 0.005 * authors) : spread * authors;
}

void compare_windows(const CoordinateStudy& study, std::vector<ComparedNumber>& all) {
  const Figure figure = study.options.figure;
  const bool exact = same_data(study.options);
  for (const CoordinatePath& path : study.paths) {
    const AuthorsWindow* authors = authors_window(figure, path.run.depth);
    if (!authors) continue;
    all.push_back({figure, path.run.depth, "window begins", path.learned, authors->begin,
                   tolerance_of(authors->begin, exact, 0.6)});
    all.push_back({figure, path.run.depth, "window ends", path.noise_fitted, authors->end,
                   tolerance_of(authors->end, exact, 1)});
  }
}

void compare_windows(const ErrorStudy& study, std::vector<ComparedNumber>& all) {
  const Figure figure = study.options.figure;
  const bool exact = same_data(study.options);
  for (const ErrorCurve& curve : study.curves) {
    const AuthorsWindow* authors = authors_window(figure, curve.run.depth);
    if (!authors || !curve.window) continue;
    all.push_back({figure, curve.run.depth, "window begins", curve.window->first, authors->begin,
                   tolerance_of(authors->begin, exact, 0.2)});
    all.push_back({figure, curve.run.depth, "window ends", curve.window->second, authors->end,
                   tolerance_of(authors->end, exact, 0.4)});
    all.push_back(
        {figure, curve.run.depth, "minimum (log2)", curve.minimum, authors->minimum, exact ? 0.02 : 0.7});
  }
}

void compare_times(const CoordinateStudy& study, std::vector<ComparedNumber>& all) {
  const bool exact = same_data(study.options);
  for (const CoordinatePath& path : study.paths) {
    for (const AuthorsTimes& authors : authors_times) {
      if (authors.depth != path.run.depth) continue;
      for (int i = 0; i < 4; ++i) {
        all.push_back({study.options.figure, path.run.depth, "90 % of w* = " + std::to_string(i + 1),
                       path.ninety_percent[static_cast<std::size_t>(i)], authors.iteration[i],
                       tolerance_of(authors.iteration[i], exact, 0.3)});
      }
    }
  }
}

}  // namespace

bool follows_protocol(const ExperimentOptions& options) {
  const ExperimentOptions paper = paper_protocol(options.figure);
  const auto known = [&](const DepthRun& run) {
    return std::any_of(paper.runs.begin(), paper.runs.end(), [&](const DepthRun& other) {
      return run.depth == other.depth && run.init == other.init && run.step == other.step &&
             run.iterations == other.iterations;
    });
  };
  return options.n == paper.n && options.p == paper.p && options.signal == paper.signal &&
         options.noise == paper.noise && options.replicates == paper.replicates &&
         std::all_of(options.runs.begin(), options.runs.end(), known);
}

std::vector<ComparedNumber> compare_with_authors(const Suite& suite) {
  std::vector<ComparedNumber> all;
  for (const auto& study : suite.coordinates) {
    if (!follows_protocol(study->options)) continue;
    if (study->options.figure == Figure::early_stopping_coordinates) compare_windows(*study, all);
    if (study->options.figure == Figure::incremental) compare_times(*study, all);
  }
  for (const auto& study : suite.errors) {
    if (follows_protocol(study->options)) compare_windows(*study, all);
  }
  return all;
}

}  // namespace isr
