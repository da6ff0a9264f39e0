#include "sweep/outcomes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <set>

#include "base/error.h"
#include "base/foreign_text.h"
#include "base/text.h"
#include "report/results.h"
#include "sweep/axes.h"

namespace isr {
namespace {

using Named = std::map<std::string, std::string>;

std::string condition(const std::string& where) {
  return where.empty() ? "" : " WHERE id IN (SELECT id FROM results WHERE " + where + ")";
}

// The rows of cells, or methods: each column's text.
std::map<std::int64_t, Named> read_rows(Database& database, const std::string& table) {
  std::map<std::int64_t, Named> rows;
  Statement statement = database.prepare("SELECT * FROM " + table);
  while (statement.step()) {
    Named& row = rows[statement.integer(0)];
    for (int i = 1; i < statement.columns(); ++i)
      if (!statement.is_null(i)) row[statement.name(i)] = statement.text(i);
  }
  return rows;
}

// The columns that hold more than one value in those rows that occur.
std::set<std::string> varying(const std::map<std::int64_t, Named>& rows,
                              const std::set<std::int64_t>& occur) {
  std::map<std::string, std::set<std::string>> values;
  for (const std::int64_t row : occur)
    for (const auto& [name, value] : rows.at(row)) values[name].insert(value);
  std::set<std::string> names;
  for (const auto& [name, seen] : values)
    if (seen.size() > 1) names.insert(name);
  return names;
}

std::string number_text(const std::string& value) {
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  return !value.empty() && *end == '\0' ? scientific(number) : value;
}

std::string describe(const std::string& axis, const std::string& value) {
  if (axis == "init") return value == "auto" ? "w₀ automatic" : "w₀ = " + number_text(value);
  if (axis == "noise") return "σ = " + number_text(value);
  if (axis == "measurements") return value.ends_with('%') ? "n/p = " + value : "n = " + value;
  std::string name = axis;
  std::replace(name.begin(), name.end(), '_', ' ');
  return name + " " + number_text(value);
}

std::string setting_text(const Named& cell, const Named& method, const std::set<std::string>& of_cell,
                         const std::set<std::string>& of_method, const std::set<std::string>& without) {
  std::string text;
  const auto add = [&](const Named& values, const std::set<std::string>& names) {
    for (const std::string& name : names) {
      const auto value = values.find(name);
      if (without.contains(name) || value == values.end()) continue;
      text += (text.empty() ? "" : ", ") + describe(name, value->second);
    }
  };
  add(method, of_method);
  add(cell, of_cell);
  return text;
}

std::string method_title(const Named& method) {
  static const std::map<std::string, std::string> titles{{"ls", "Least squares"}, {"ridge", "Ridge"},
                                                         {"nnls", "NNLS"},        {"lasso", "Lasso"},
                                                         {"omp", "OMP"},          {"l1", "ℓ1"}};
  const auto depth = method.find("depth");
  return depth == method.end() ? titles.at(method.at("name")) : "N = " + depth->second;
}

int depth_of(const Named& method) {
  const auto depth = method.find("depth");
  return depth == method.end() ? 0 : std::stoi(depth->second);
}

double share_of(const std::string& measurements, double share) {
  return measurements.ends_with('%') ? std::stod(measurements) / 100 : share;
}

[[noreturn]] void nothing_found(const Database& database, const std::string& where) {
  throw Error(database.path().string() + " holds no such solves" +
              (where.empty() ? " yet" : ", where " + printable(where)));
}

}  // namespace

std::vector<Outcome> read_outcomes(Database& database, double success, const std::string& where) {
  struct Count {
    std::int64_t cell, method;
    Outcome outcome;
  };
  const auto cells = read_rows(database, "cells"), methods = read_rows(database, "methods");
  std::vector<Count> counts;
  std::set<std::int64_t> cells_there, methods_there;
  Statement rows = database.prepare(
      "SELECT cell, method, n, p, k, coalesce(used_model, ''), count(*), sum(relative_error < ?) FROM "
      "solves" +
      condition(where) + " GROUP BY cell, method, n, p, k, used_model");
  rows.bind(0, success);
  while (rows.step()) {
    Count& count = counts.emplace_back();
    count.cell = rows.integer(0), count.method = rows.integer(1);
    cells_there.insert(count.cell), methods_there.insert(count.method);
    Outcome& outcome = count.outcome;
    outcome.n = rows.real(2), outcome.p = rows.real(3), outcome.k = rows.real(4);
    outcome.model = rows.text(5);
    outcome.trials = rows.real(6), outcome.successes = rows.real(7);
  }
  if (counts.empty()) nothing_found(database, where);
  const auto of_cell = varying(cells, cells_there), of_method = varying(methods, methods_there);
  const std::set<std::string> without{"measurements", "seed", "depth", "name"};
  std::map<std::tuple<std::int64_t, std::string, double, double, double, std::string>, Outcome> sums;
  for (Count& count : counts) {
    const Named &cell = cells.at(count.cell), &method = methods.at(count.method);
    Outcome& outcome = count.outcome;
    outcome.share = share_of(cell.at("measurements"), outcome.n / outcome.p);
    outcome.method = method_title(method);
    outcome.depth = depth_of(method);
    outcome.setting = setting_text(cell, method, of_cell, of_method, without);
    Outcome& sum = sums[{count.method, outcome.setting, outcome.n, outcome.p, outcome.k, outcome.model}];
    outcome.trials += sum.trials, outcome.successes += sum.successes;
    sum = outcome;
  }
  std::vector<Outcome> outcomes;
  for (auto& [key, outcome] : sums) outcomes.push_back(std::move(outcome));
  const auto order = [](const Outcome& o) { return o.depth == 0 ? 1000 : o.depth; };
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [&](const Outcome& a, const Outcome& b) { return order(a) < order(b); });
  return outcomes;
}

std::vector<WindowOutcome> read_windows(Database& database, const std::string& where) {
  const auto cells = read_rows(database, "cells"), methods = read_rows(database, "methods");
  struct Row {
    std::int64_t cell, method;
    double init, begin, end;
  };
  std::vector<Row> found;
  std::set<std::int64_t> cells_there, methods_there;
  Statement rows =
      database.prepare("SELECT cell, method, w0, window_begin, window_end FROM solves" + condition(where) +
                       (where.empty() ? " WHERE" : " AND") + " window_end IS NOT NULL ORDER BY id");
  while (rows.step()) {
    found.push_back({rows.integer(0), rows.integer(1), rows.real(2), rows.real(3), rows.real(4)});
    cells_there.insert(found.back().cell), methods_there.insert(found.back().method);
  }
  const auto of_cell = varying(cells, cells_there), of_method = varying(methods, methods_there);
  std::vector<WindowOutcome> outcomes;
  constexpr double last_time = 1e12;
  for (const Row& row : found) {
    const Named& method = methods.at(row.method);
    const double decades =
        row.begin > 0 ? std::max(0.0, std::log10(std::min(row.end, last_time) / row.begin)) : 0;
    outcomes.push_back(
        {depth_of(method), row.init,
         setting_text(cells.at(row.cell), method, of_cell, of_method, {"seed", "depth", "init", "name"}),
         decades});
  }
  return outcomes;
}

namespace {

struct Rates {
  std::vector<double> shares;                              // ascending
  std::vector<std::string> names;                          // of methods, with their settings
  std::map<std::pair<std::string, double>, Outcome> sums;  // by name and share
};

Rates rates_of(const std::vector<Outcome>& outcomes) {
  Rates rates;
  std::set<double> shares;
  for (const Outcome& outcome : outcomes) {
    std::string name = outcome.method + (outcome.setting.empty() ? "" : ", " + outcome.setting);
    const double share = std::round(1e4 * outcome.share) / 1e4;
    shares.insert(share);
    if (std::find(rates.names.begin(), rates.names.end(), name) == rates.names.end())
      rates.names.push_back(name);
    Outcome& sum = rates.sums[{name, share}];
    sum.trials += outcome.trials, sum.successes += outcome.successes;
  }
  rates.shares.assign(shares.begin(), shares.end());
  return rates;
}

}  // namespace

std::string success_table(const std::vector<Outcome>& outcomes, double success) {
  const Rates rates = rates_of(outcomes);
  // Of many ratios as many as a terminal has room for.
  constexpr std::size_t most_columns = 12;
  std::vector<double> shares;
  const std::size_t columns = std::min(most_columns, rates.shares.size());
  for (std::size_t i = 0; i < columns; ++i)
    shares.push_back(rates.shares[columns == 1 ? 0 : i * (rates.shares.size() - 1) / (columns - 1)]);
  std::size_t width = 6;
  for (const std::string& name : rates.names) width = std::max(width, name.size());
  const auto padded = [](const std::string& text, std::size_t size, bool left) {
    std::size_t length = 0;  // of characters, not bytes
    for (const char c : text) length += (c & 0xC0) != 0x80;
    const std::string space(size > length ? size - length : 0, ' ');
    return left ? text + space : space + text;
  };
  std::string text =
      "Relative error below " + shortest(success) + ", % of the solves:\n" + padded("n/p", width, true);
  for (const double share : shares) text += padded(shortest(std::round(1000 * share) / 10) + " %", 8, false);
  for (const std::string& name : rates.names) {
    text += "\n" + padded(name, width, true);
    for (const double share : shares) {
      const auto sum = rates.sums.find({name, share});
      text +=
          padded(sum == rates.sums.end() ? "" : fixed(100 * sum->second.successes / sum->second.trials, 1), 8,
                 false);
    }
  }
  return text + "\n";
}

nlohmann::ordered_json success_json(const std::vector<Outcome>& outcomes, double success) {
  const Rates rates = rates_of(outcomes);
  nlohmann::ordered_json json;
  json["success"] = success;
  json["rates"] = nlohmann::ordered_json::array();
  for (const std::string& name : rates.names)
    for (const double share : rates.shares)
      if (const auto sum = rates.sums.find({name, share}); sum != rates.sums.end())
        json["rates"].push_back({{"method", name},
                                 {"share", share},
                                 {"solves", sum->second.trials},
                                 {"successes", sum->second.successes}});
  return json;
}

namespace {

nlohmann::ordered_json json_value(Statement& row, int column) {
  switch (row.type(column)) {
    case SQLITE_NULL:
      return nullptr;
    case SQLITE_INTEGER:
      return row.integer(column);
    case SQLITE_FLOAT:
      if (std::isinf(row.real(column))) return row.real(column) > 0 ? "inf" : "-inf";
      return row.real(column);
    default:
      return row.text(column);
  }
}

std::string csv_value(Statement& row, int column) {
  if (row.type(column) == SQLITE_FLOAT) return shortest(row.real(column));
  if (row.type(column) == SQLITE_INTEGER) return std::to_string(row.integer(column));
  return csv_text(row.text(column));
}

}  // namespace

void export_results(Database& database, ExportFormat format, const std::string& where, bool timings,
                    std::ostream& out) {
  Statement rows = database.prepare(
      "SELECT results.*" + std::string(timings ? ", seconds, run, host" : "") + " FROM results" +
      (timings ? " LEFT JOIN timings USING (id) LEFT JOIN runs USING (run)" : "") +
      (where.empty() ? "" : " WHERE " + where) + " ORDER BY id");
  const bool csv = format == ExportFormat::csv;
  if (csv) {
    for (int i = 0; i < rows.columns(); ++i) out << (i ? "," : "") << rows.name(i);
    out << "\n";
  } else {
    out << "[";
  }
  bool first = true;
  while (rows.step()) {
    if (csv) {
      for (int i = 0; i < rows.columns(); ++i) out << (i ? "," : "") << csv_value(rows, i);
      out << "\n";
      continue;
    }
    nlohmann::ordered_json row;
    for (int i = 0; i < rows.columns(); ++i) row[rows.name(i)] = json_value(rows, i);
    out << (first ? "\n" : ",\n") << row.dump();
    first = false;
  }
  if (!csv) out << "\n]\n";
}

}  // namespace isr
