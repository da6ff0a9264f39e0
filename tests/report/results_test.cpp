#include "report/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "report/text_lines.h"

namespace isr {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ResultRow descent_row() {
  ResultRow row;
  row.source = "mnist:train:0";
  row.label = "5";
  row.method = "gd";
  row.depth = 3;
  row.model = "nonnegative";
  row.n = 392;
  row.p = 784;
  row.ensemble = "biased-sign";
  row.basis = "pixel";
  row.seed = 42;
  row.w0 = 1e-3;
  row.step = 5e-3 / 9;
  row.iterations = 10000;
  row.flow_time = 50.0 / 9;
  row.status = "finished";
  row.stop_reason = "iterations";
  row.residual_asked = 0.01;
  row.relative_residual = 0.0118;
  row.relative_error = 0.337;
  row.mse = 0.01324;
  row.psnr = 18.83;
  row.ssim = 0.487;
  row.support = 570;
  row.seconds = 0.04;
  return row;
}

TEST(Results, ColumnsAreThoseOfTheDesignInItsOrder) {
  EXPECT_THAT(result_fields(),
              ElementsAre("source", "label", "method", "depth", "model", "n", "p", "ensemble", "basis",
                          "seed", "w0", "w0_is_relative", "step", "iterations", "flow_time", "status",
                          "stop_reason", "residual_asked", "relative_residual", "relative_error", "mse",
                          "psnr", "ssim", "support", "seconds"));
  const auto json = to_json(descent_row());
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, result_fields());
}

TEST(Results, CsvHoldsEveryFieldOfEveryRow) {
  const auto lines = lines_of(to_csv({descent_row(), descent_row()}));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[1], lines[2]);
  std::vector<std::string> fields;
  std::istringstream in(lines[1]);
  for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
  ASSERT_EQ(fields.size(), result_fields().size());
  const auto json = to_json(descent_row());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& value = json[result_fields()[i]];
    if (value.is_number())
      EXPECT_EQ(std::stod(fields[i]), value.get<double>()) << result_fields()[i];  // to the last bit
    else
      EXPECT_EQ(fields[i], value.is_string() ? value.get<std::string>() : value.dump());
  }
}

TEST(Results, CsvQuotesCommasQuotesAndLineBreaks) {
  ResultRow row;
  row.source = "a,b \"c\".png";
  row.label = "two\nlines";
  EXPECT_THAT(to_csv({row}), HasSubstr("\n\"a,b \"\"c\"\".png\",\"two\nlines\","));
}

TEST(Results, TextsThatASpreadsheetWouldRunAreHarmlessInCsvAndNumbersUntouched) {
  ResultRow row;
  row.source = "=HYPERLINK(\"http://evil\").png";
  row.label = "@SUM(A1)";
  row.method = "-flow";
  row.psnr = -3.5;
  EXPECT_THAT(to_csv({row}),
              HasSubstr("\n\"'=HYPERLINK(\"\"http://evil\"\").png\",\"'@SUM(A1)\",\"'-flow\","));
  EXPECT_THAT(to_csv({row}), HasSubstr(",-3.5,"));
  EXPECT_EQ(to_json(row)["source"], row.source);
}

TEST(Results, FieldsThatDoNotApplyAreEmptyInCsvAndNullInJson) {
  ResultRow row;
  row.source = "x";
  row.method = "nnls";
  EXPECT_EQ(lines_of(to_csv({row}))[1], "x,,nnls,,,0,0,,,0,,,,,,,,,,,,,,0,0.0");
  const auto json = to_json(row);
  for (const char* field : {"depth", "w0", "step", "iterations", "flow_time", "relative_residual", "psnr"})
    EXPECT_TRUE(json[field].is_null()) << field;
}

TEST(Results, InfinitiesAndNansAreStillJson) {
  ResultRow row = descent_row();
  row.psnr = std::numeric_limits<double>::infinity();
  row.relative_error = std::numeric_limits<double>::quiet_NaN();
  const auto parsed = nlohmann::json::parse(to_json(row).dump());
  EXPECT_EQ(parsed["psnr"], "inf");
  EXPECT_TRUE(parsed["relative_error"].is_null());
  EXPECT_THAT(to_csv({row}), HasSubstr(",inf,"));
}

TEST(Results, DocumentHoldsVersionCommandOptionsMemoryAndRows) {
  const auto document = results_document("isr reproduce", {{"seed", 42}}, {descent_row()});
  EXPECT_FALSE(document["version"].get<std::string>().empty());
  EXPECT_EQ(document["command"], "isr reproduce");
  EXPECT_EQ(document["options"]["seed"], 42);
  EXPECT_GT(document["peak_memory_bytes"].get<std::int64_t>(), 1 << 20);
  ASSERT_EQ(document["results"].size(), 1u);
  EXPECT_EQ(document["results"][0], to_json(descent_row()));
}

TEST(Results, DocumentSaysWhatRanOnceForTheImagesThatItRanFor) {
  ResultRow a = descent_row(), deeper = descent_row(), other = descent_row(), baseline = descent_row();
  deeper.depth = 5;
  other.source = "photo.png";
  other.basis = "cdf97";
  baseline.depth.reset();
  const auto ran = results_document("isr recover", {{"basis", "auto"}}, {a, deeper, baseline, other})["ran"];
  ASSERT_EQ(ran.size(), 2u);
  EXPECT_EQ(ran[0]["basis"], a.basis);
  EXPECT_EQ(ran[0]["init"], *a.w0);
  EXPECT_EQ(ran[0]["model"], a.model);
  EXPECT_EQ(ran[0]["depths"], nlohmann::ordered_json({*a.depth, 5}));
  EXPECT_EQ(ran[0]["images"], nlohmann::ordered_json({a.source}));
  EXPECT_EQ(ran[1]["basis"], "cdf97");
  EXPECT_EQ(ran[1]["images"], nlohmann::ordered_json({"photo.png"}));
}

// Of 16 images by two methods, each of which is the best of eight.
std::vector<ResultRow> many_rows() {
  std::vector<ResultRow> rows;
  for (int i = 0; i < 16; ++i)
    for (const int depth : {2, 3}) {
      ResultRow row = descent_row();
      row.source = "image-" + std::to_string(i);
      row.depth = depth;
      row.psnr = 20 + i + (depth == 2) * (i % 2 == 0 ? 1 : -1);
      rows.push_back(row);
    }
  return rows;
}

TEST(Results, BeyondThirtyRowsTheTableHasALineForEachImageItsBestAndASummary) {
  std::ostringstream out;
  print_table(out, many_rows());
  const auto lines = lines_of(out.str());
  EXPECT_EQ(lines.size(), 2u + 16 + 1 + 3);
  EXPECT_THAT(lines[2], testing::MatchesRegex("image-0 .* 21\\.00\\* +20\\.00 *"));
  EXPECT_THAT(lines[3], testing::MatchesRegex("image-1 .* 20\\.00 +21\\.00\\* *"));
  EXPECT_THAT(lines[20], testing::MatchesRegex("gd, N = 2 +27\\.50 +20\\.00 +35\\.00 +8 of 16 .*"));
}

// The width on the terminal: characters, not bytes.
std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return width;
}

TEST(Results, TableIsAlignedAndLeavesOutEmptyColumns) {
  ResultRow exact = descent_row();
  exact.psnr = std::numeric_limits<double>::infinity();
  exact.seconds = 12;
  std::ostringstream out;
  print_table(out, {descent_row(), exact});
  const auto lines = lines_of(out.str());
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[0], HasSubstr("label"));
  EXPECT_THAT(lines[1], HasSubstr("18.83"));
  EXPECT_THAT(lines[1], HasSubstr("40 ms"));
  EXPECT_THAT(lines[2], HasSubstr("∞"));
  EXPECT_THAT(lines[2], HasSubstr("12.0 s"));
  EXPECT_EQ(width_of(lines[1]), width_of(lines[2]));
  // Numbers end under the end of their title.
  const auto end_of = [&](const std::string& line, const std::string& text) {
    return width_of(line.substr(0, line.find(text) + text.size()));
  };
  EXPECT_EQ(end_of(lines[0], "PSNR/dB"), end_of(lines[1], "18.83"));
  EXPECT_EQ(end_of(lines[0], "PSNR/dB"), end_of(lines[2], "∞"));

  ResultRow unlabelled = descent_row();
  unlabelled.label.clear();
  unlabelled.psnr.reset();
  std::ostringstream short_table;
  print_table(short_table, {unlabelled});
  EXPECT_THAT(short_table.str(), Not(HasSubstr("label")));
  EXPECT_THAT(short_table.str(), Not(HasSubstr("PSNR")));
}

}  // namespace
}  // namespace isr
