// Tables for people at a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace isr {

struct TableColumn {
  std::string title;
  bool is_text = false;  // begins under its title; numbers end under it
  int rank = 0;  // where the table is too wide, columns of the greatest rank are left out first; 0: never
};

// Lines of at most `width` columns (0: as long as they are): columns without a value are left out, then as
// many by rank as must be, then the first column is shortened in its middle.
std::string table_text(const std::vector<TableColumn>& columns,
                       const std::vector<std::vector<std::string>>& rows, std::size_t width = 0);

}  // namespace isr
