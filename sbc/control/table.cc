#include "sbc/control/table.h"

#include <algorithm>

#include "config/types/check.h"
#include "sbc/control/printable.h"

namespace sbc::control {

Table::Table(std::vector<std::string> headings) : headings_(std::move(headings)) {
  for (std::string& heading : headings_) {
    bool right = heading.starts_with('>');
    if (right) heading.erase(0, 1);
    columns_.push_back({right, heading.size()});
  }
}

void Table::add(std::vector<std::string> cells) {
  SBC_CHECK(cells.size() == columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = printable(cells[i]);
    columns_[i].width = std::max(columns_[i].width, cells[i].size());
  }
  rows_.push_back(std::move(cells));
}

std::string Table::line_of(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    std::string gap(columns_[i].width - cells[i].size(), ' ');
    line += columns_[i].right ? gap + cells[i] : cells[i] + gap;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string Table::text() const {
  std::string text = line_of(headings_);
  for (const auto& row : rows_) text += line_of(row);
  return text;
}

}  // namespace sbc::control
