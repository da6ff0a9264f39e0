#include "sweep/figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "sensing/phase_transition.h"
#include "sweep/axes.h"
#include "sweep/statistics.h"

namespace isr {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_panels = 40, most_columns_of_map = 60;

// Values that differ by rounding, of measurements to whole numbers, are one.
double rounded_share(double share) {
  return std::round(1e3 * share) / 1e3;
}

// The row or column of a map that is nearest; nothing beyond half a cell from the ends.
std::optional<std::size_t> place_of(const std::vector<double>& centres, double value) {
  const auto above = std::lower_bound(centres.begin(), centres.end(), value);
  std::size_t i = static_cast<std::size_t>(above - centres.begin());
  if (i == centres.size() || (i > 0 && value - centres[i - 1] < centres[i] - value)) --i;
  const double cell = centres.size() < 2       ? 1
                      : i + 1 < centres.size() ? centres[i + 1] - centres[i]
                                               : centres[i] - centres[i - 1];
  if (std::abs(value - centres[i]) > 0.51 * cell) return {};
  return i;
}

std::vector<double> shares_of(const std::vector<Outcome>& outcomes) {
  std::set<double> shares;
  for (const Outcome& outcome : outcomes) shares.insert(rounded_share(outcome.share));
  if (shares.size() <= most_columns_of_map) return {shares.begin(), shares.end()};
  std::vector<double> bins;
  const double low = *shares.begin(), high = *shares.rbegin();
  for (std::size_t i = 0; i < most_columns_of_map; ++i)
    bins.push_back(low + (high - low) * static_cast<double>(i) / (most_columns_of_map - 1));
  return bins;
}

std::vector<double> default_sparsities(const std::vector<Outcome>& outcomes) {
  double most = 0;
  for (const Outcome& outcome : outcomes) most = std::max(most, std::min(1.0, outcome.sparsity()));
  const double cell = most > 0.5 ? 0.05 : most > 0.2 ? 0.025 : 0.01;
  std::vector<double> centres;
  const auto last = static_cast<int>(std::ceil(most / cell - 0.5));
  for (int i = 0; i <= last; ++i) centres.push_back(i * cell);
  return centres;
}

// The outcomes of each panel, in the order in which they come.
std::vector<std::vector<Outcome>> groups_of(const std::vector<Outcome>& outcomes,
                                            std::string (*key)(const Outcome&)) {
  std::vector<std::vector<Outcome>> groups;
  std::map<std::string, std::size_t> places;
  for (const Outcome& outcome : outcomes) {
    const auto [place, is_new] = places.emplace(key(outcome), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(outcome);
  }
  return groups;
}

HeatMap success_map(const std::vector<Outcome>& outcomes, const std::vector<double>& shares,
                    const std::vector<double>& sparsities) {
  HeatMap map{.name = "success rate", .x = shares, .y = sparsities, .low = 0, .high = 1};
  std::vector<double> trials(shares.size() * sparsities.size()), successes(trials.size());
  for (const Outcome& outcome : outcomes) {
    const auto column = place_of(shares, outcome.share), row = place_of(sparsities, outcome.sparsity());
    if (!column || !row) continue;
    trials[*row * shares.size() + *column] += outcome.trials;
    successes[*row * shares.size() + *column] += outcome.successes;
  }
  for (std::size_t i = 0; i < trials.size(); ++i)
    map.values.push_back(trials[i] > 0 ? successes[i] / trials[i] : nan);
  return map;
}

// Where half of the solves succeed, fitted for each column alone.
Series half_line(const std::vector<Outcome>& outcomes, const std::vector<double>& shares, double highest) {
  Series line{.name = "half of the solves succeed (fit, 95 % band)",
              .colour = kInk,
              .dash = Dash::solid,
              .weight = 1.6,
              .outlined = true};
  std::vector<std::vector<Trials>> columns(shares.size());
  for (const Outcome& outcome : outcomes)
    if (const auto column = place_of(shares, outcome.share))
      columns[*column].push_back({outcome.sparsity(), outcome.successes, outcome.trials});
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto fit = fit_logistic(columns[i]);
    if (!fit || fit->b >= 0 || fit->half <= 0 || fit->half > highest) continue;
    line.x.push_back(shares[i]);
    line.y.push_back(fit->half);
    line.lower.push_back(std::max(0.0, fit->half - 1.96 * fit->half_error));
    line.upper.push_back(std::min(highest, fit->half + 1.96 * fit->half_error));
  }
  return line;
}

Series threshold_line(bool nonnegative, double low, double high) {
  Series line{.name = nonnegative ? "threshold of nonnegative ℓ1 (theory)" : "threshold of ℓ1 (theory)",
              .colour = nonnegative ? 1 : 2,
              .dash = nonnegative ? Dash::dashed : Dash::dash_dot,
              .weight = 1.6,
              .outlined = true};
  constexpr int points = 60;
  for (int i = 0; i <= points; ++i) {
    const double share = low + (high - low) * i / points;
    if (!(share > 0 && share < 1)) continue;
    line.x.push_back(share);
    line.y.push_back(threshold_sparsity(share, nonnegative));
  }
  return line;
}

std::string panel_title(const Outcome& outcome) {
  return outcome.method + (outcome.setting.empty() ? "" : ", " + outcome.setting);
}

bool keeps_nonnegative(const Outcome& outcome) {
  return outcome.method == "NNLS" || outcome.model == "nonnegative";
}

// Only ‖w‖₁ has this theory; the network has it in the limit of small starts.
bool has_threshold(const Outcome& outcome) {
  return outcome.depth > 1 || outcome.method == "NNLS" || outcome.method == "ℓ1";
}

Panel phase_panel(const std::vector<Outcome>& outcomes, const std::vector<double>& shares,
                  const std::vector<double>& sparsities) {
  Panel panel;
  panel.title = panel_title(outcomes[0]);
  panel.x = {.label = "δ = n/p"};
  panel.y = {.label = "ρ = k/n"};
  panel.heat_map = success_map(outcomes, shares, sparsities);
  const auto half_cell = [](const std::vector<double>& at) {
    return at.size() > 1 ? (at[1] - at[0]) / 2 : 0.05;
  };
  const double highest = sparsities.back() + half_cell(sparsities);
  panel.y.low = std::max(0.0, sparsities.front() - half_cell(sparsities)), panel.y.high = highest;
  if (has_threshold(outcomes[0]))
    panel.series.push_back(threshold_line(keeps_nonnegative(outcomes[0]), shares.front() - half_cell(shares),
                                          shares.back() + half_cell(shares)));
  panel.series.push_back(half_line(outcomes, shares, highest));
  return panel;
}

int columns_for(std::size_t panels, std::size_t settings) {
  if (settings > 1 && settings <= 5 && panels % settings == 0) return static_cast<int>(settings);
  const std::size_t rows = (panels + 3) / 4;
  return static_cast<int>((panels + rows - 1) / rows);
}

std::string title_of(const std::vector<Outcome>& outcomes, double success) {
  double solves = 0;
  for (const Outcome& outcome : outcomes) solves += outcome.trials;
  return "Recovered to a relative error below " + scientific(success) + ":  " + grouped(solves) + " solves";
}

int colour_of_method(const Outcome& outcome) {
  if (outcome.depth > 0) return style_of_depth(outcome.depth);
  static const std::map<std::string, int> colours{{"NNLS", kInk}, {"ℓ1", 5},    {"Lasso", 6},
                                                  {"OMP", 7},     {"Ridge", 8}, {"Least squares", 9}};
  return colours.at(outcome.method);
}

Series success_line(const std::vector<Outcome>& outcomes) {
  Series line{.name = outcomes[0].method, .colour = colour_of_method(outcomes[0]), .marks = Marks::dots};
  std::map<double, std::pair<double, double>> counts;
  for (const Outcome& outcome : outcomes) {
    auto& [successes, trials] = counts[rounded_share(outcome.share)];
    successes += outcome.successes, trials += outcome.trials;
  }
  for (const auto& [share, count] : counts) {
    const Interval interval = wilson_interval(count.first, count.second);
    line.x.push_back(share);
    line.y.push_back(count.first / count.second);
    line.lower.push_back(interval.low);
    line.upper.push_back(interval.high);
  }
  return line;
}

double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

using Decades = std::map<std::pair<int, double>, std::vector<double>>;  // by depth and start

Panel window_map_panel(const Decades& decades, const std::set<int>& depths, const std::set<double>& inits) {
  Panel panel;
  panel.x = {.label = "depth N"};
  panel.y = {.label = "initialization w₀", .log = true};
  HeatMap& map = panel.heat_map.emplace();
  map.name = "decades of time";
  map.decimals = 1;
  map.x.assign(depths.begin(), depths.end());
  map.y.assign(inits.begin(), inits.end());
  for (const double init : inits)
    for (const int depth : depths) {
      const auto found = decades.find({depth, init});
      const double median = found == decades.end() ? 0 : quantile(found->second, 0.5);
      map.values.push_back(median > 0 ? median : nan);
    }
  return panel;
}

Panel window_line_panel(const Decades& decades, bool by_depth) {
  Panel panel;
  panel.x = {.label = by_depth ? "depth N" : "initialization w₀", .log = !by_depth};
  panel.y = {.label = "width, decades of time", .low = 0};
  Series line{.name = "median and quartiles", .colour = kInk, .marks = Marks::dots};
  for (const auto& [key, values] : decades) {
    line.x.push_back(by_depth ? key.first : key.second);
    line.y.push_back(quantile(values, 0.5));
    line.lower.push_back(quantile(values, 0.25));
    line.upper.push_back(quantile(values, 0.75));
  }
  panel.series.push_back(line);
  return panel;
}

void check_panels(std::size_t panels) {
  if (panels > most_panels)
    throw Error("a figure of " + std::to_string(panels) + " panels cannot be read; choose at most " +
                std::to_string(most_panels) + " settings, by a condition such as init = 'auto'");
}

// The ρ that synthetic sources asked for; empty where there are other sources too.
std::vector<double> asked_sparsities(Database& database) {
  std::set<double> asked;
  Statement labels = database.prepare("SELECT DISTINCT label FROM subjects");
  while (labels.step()) {
    const std::string label = labels.text(0);
    if (!label.starts_with("rho=")) return {};
    asked.insert(number_of("rho", label.substr(4)));
  }
  return {asked.begin(), asked.end()};
}

}  // namespace

double threshold_sparsity(double share, bool nonnegative) {
  constexpr Index size = 100000;
  Index low = 0, high = static_cast<Index>(share * size);
  while (high - low > 1) {
    const Index middle = (low + high) / 2;
    (measurements_needed(middle, size, !nonnegative) < share * size ? low : high) = middle;
  }
  return static_cast<double>(low) / (share * size);
}

Chart phase_chart(const std::vector<Outcome>& outcomes, const std::vector<double>& sparsities,
                  double success) {
  const std::vector<double> shares = shares_of(outcomes);
  const std::vector<double> rows = sparsities.empty() ? default_sparsities(outcomes) : sparsities;
  Chart chart;
  chart.title = title_of(outcomes, success);
  const auto groups = groups_of(outcomes, panel_title);
  check_panels(groups.size());
  std::set<std::string> settings;
  for (const auto& group : groups) {
    chart.panels.push_back(phase_panel(group, shares, rows));
    settings.insert(group[0].setting);
  }
  chart.columns = columns_for(groups.size(), settings.size());
  chart.share_y = true;
  chart.panel_width = 170, chart.panel_height = 150;
  return chart;
}

Chart success_chart(const std::vector<Outcome>& outcomes, double success) {
  Chart chart;
  chart.title = title_of(outcomes, success);
  auto by_setting = groups_of(outcomes, [](const Outcome& outcome) { return outcome.setting; });
  check_panels(by_setting.size());
  for (const auto& group : by_setting) {
    Panel panel;
    panel.title = group[0].setting;
    panel.x = {.label = "measurement ratio n/p"};
    panel.y = {.label = "success rate", .low = 0, .high = 1};
    for (const auto& method : groups_of(group, [](const Outcome& outcome) { return outcome.method; }))
      panel.series.push_back(success_line(method));
    chart.panels.push_back(std::move(panel));
  }
  chart.columns = columns_for(by_setting.size(), 1);
  chart.share_y = true;
  const bool alone = by_setting.size() == 1;
  chart.panel_width = alone ? 330 : 200, chart.panel_height = alone ? 220 : 150;
  return chart;
}

std::optional<Chart> sweep_window_chart(const std::vector<WindowOutcome>& windows) {
  std::vector<std::string> settings;
  std::map<std::string, Decades> by_setting;
  std::set<int> depths;
  std::set<double> inits;
  for (const WindowOutcome& window : windows) {
    if (!by_setting.contains(window.setting)) settings.push_back(window.setting);
    by_setting[window.setting][{window.depth, window.init}].push_back(window.decades);
    depths.insert(window.depth), inits.insert(window.init);
  }
  if (depths.size() < 2 && inits.size() < 2) return {};
  check_panels(settings.size());
  Chart chart;
  chart.title = "Width of the early-stopping window (grey: never good)";
  for (const std::string& setting : settings) {
    const bool map = depths.size() > 1 && inits.size() > 1;
    Panel panel = map ? window_map_panel(by_setting[setting], depths, inits)
                      : window_line_panel(by_setting[setting], depths.size() > 1);
    panel.title = setting;
    chart.panels.push_back(std::move(panel));
  }
  chart.columns = columns_for(settings.size(), 1);
  chart.share_y = true;
  chart.panel_width = 220, chart.panel_height = 170;
  return chart;
}

std::vector<std::string> draw_sweep(Database& database, double success, const std::string& where,
                                    const std::string& folder) {
  require_gnuplot();
  const std::vector<Outcome> outcomes = read_outcomes(database, success, where);
  write_chart(phase_chart(outcomes, asked_sparsities(database), success), folder, "phase");
  write_chart(success_chart(outcomes, success), folder, "success");
  std::vector<std::string> names{"phase", "success"};
  if (const auto chart = sweep_window_chart(read_windows(database, where))) {
    write_chart(*chart, folder, "window");
    names.emplace_back("window");
  }
  return names;
}

}  // namespace isr
