#include "report/chart.h"

#include <cmath>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "report/chart_script.h"
#include "report/gnuplot.h"

namespace isr {

namespace {

namespace fs = std::filesystem;

void require(bool condition, const Panel& panel, const std::string& rule) {
  if (!condition) throw Error("chart panel '" + panel.title + "': " + rule);
}

void check_axis(const Panel& panel, const Axis& axis) {
  require(!axis.log || axis.low.value_or(1) > 0, panel, "a logarithmic axis must start above 0");
  require(!(axis.low && axis.high) || *axis.low < *axis.high, panel, "an axis must have low < high");
}

void check(const Panel& panel) {
  check_axis(panel, panel.x);
  check_axis(panel, panel.y);
  for (const Series& series : panel.series) {
    const std::size_t count = series.x.size();
    require(series.y.size() == count, panel, "series '" + series.name + "' must have as many y as x");
    require(
        series.lower.size() == series.upper.size() && (series.lower.empty() || series.lower.size() == count),
        panel, "the band of series '" + series.name + "' must have as many values as x");
    require(series.colour <= kInk, panel, "a colour must be at most " + std::to_string(kInk));
  }
  if (!panel.heat_map) return;
  const HeatMap& map = *panel.heat_map;
  require(!map.x.empty() && !map.y.empty() && map.values.size() == map.x.size() * map.y.size(), panel,
          "a heat map must have a value for each x and y");
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw Error("cannot write " + path.string());
}

// A folder beside the results for files that are not whole yet; removed with all that is left in it.
class PartFolder {
 public:
  PartFolder(const fs::path& directory, const std::string& name) : path_(directory / ("." + name + ".part")) {
    std::error_code problem;
    fs::remove_all(path_, problem);
    if (!fs::create_directory(path_, problem)) throw Error("cannot write into folder " + directory.string());
  }
  PartFolder(const PartFolder&) = delete;
  PartFolder& operator=(const PartFolder&) = delete;
  ~PartFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

  void move_files_to(const fs::path& directory) const {
    for (const auto& entry : fs::directory_iterator(path_)) {
      std::error_code problem;
      fs::rename(entry.path(), directory / entry.path().filename(), problem);
      if (problem) {
        throw Error("cannot write " + (directory / entry.path().filename()).string() + ": " +
                    problem.message());
      }
    }
  }

 private:
  fs::path path_;
};

}  // namespace

void write_chart(const Chart& chart, const std::string& directory, const std::string& name,
                 ChartFormats formats) {
  if (chart.panels.empty()) throw Error("chart '" + name + "' has no panel");
  for (const Panel& panel : chart.panels) check(panel);

  const PartFolder part(directory, name);
  write_text(part.path() / (name + ".csv"), chart_csv(chart));
  std::size_t maps = 0;
  for (const Panel& panel : chart.panels) {
    if (panel.heat_map) write_text(part.path() / heat_map_file(name, ++maps), heat_map_csv(panel));
  }
  write_text(part.path() / (name + ".gp"), chart_script(chart, name, formats));
  run_gnuplot(part.path().string(), name + ".gp");
  part.move_files_to(directory);
}

}  // namespace isr
