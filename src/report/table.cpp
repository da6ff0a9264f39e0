#include "report/table.h"

#include <algorithm>

#include "base/wrapped_text.h"

namespace isr {
namespace {

constexpr const char* between = "  ";

// "photographs/…/a.png": the beginning and the end.
std::string shortened(const std::string& text, std::size_t width) {
  if (display_width(text) <= width || width < 3) return text;
  const std::size_t front = (width - 1) / 2, back = width - 1 - front;
  const auto bytes_of = [&](std::size_t letters) {  // where the letter of this number begins
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at)
      if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && seen++ == letters) break;
    return at;
  };
  return text.substr(0, bytes_of(front)) + "…" + text.substr(bytes_of(display_width(text) - back));
}

class Layout {
 public:
  Layout(const std::vector<TableColumn>& columns, const std::vector<std::vector<std::string>>& rows)
      : columns_(columns), widths_(columns.size()) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      bool empty = c > 0;
      for (const auto& row : rows) {
        widths_[c] = std::max(widths_[c], display_width(row[c]));
        empty = empty && row[c].empty();
      }
      widths_[c] = empty ? 0 : std::max(widths_[c], display_width(columns[c].title));
    }
  }

  void fit(std::size_t width) {
    while (width > 0 && total() > width) {
      std::size_t least = 0;
      for (std::size_t c = 1; c < columns_.size(); ++c)
        if (widths_[c] > 0 && columns_[c].rank > columns_[least].rank) least = c;
      if (columns_[least].rank == 0) break;
      widths_[least] = 0;
    }
    constexpr std::size_t shortest = 8;
    if (width > 0 && total() > width)
      widths_[0] =
          std::max(std::min(shortest, widths_[0]), widths_[0] - std::min(widths_[0], total() - width));
  }

  std::string line(const std::vector<std::string>& row) const {
    std::string text;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths_[c] == 0) continue;
      const std::string value = c == 0 ? shortened(row[c], widths_[c]) : row[c];
      if (!text.empty()) text += between;
      text += columns_[c].is_text ? padded(value, widths_[c])
                                  : std::string(widths_[c] - display_width(value), ' ') + value;
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }

 private:
  std::size_t total() const {
    std::size_t sum = 0;
    for (const std::size_t width : widths_) sum += width + (width > 0 && sum > 0 ? 2 : 0);
    return sum;
  }

  const std::vector<TableColumn>& columns_;
  std::vector<std::size_t> widths_;  // 0: left out
};

}  // namespace

std::string table_text(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  Layout layout(columns, rows);
  layout.fit(width);
  std::vector<std::string> titles;
  for (const TableColumn& column : columns) titles.push_back(column.title);
  std::string text = layout.line(titles);
  for (const auto& row : rows) text += layout.line(row);
  return text;
}

}  // namespace isr
