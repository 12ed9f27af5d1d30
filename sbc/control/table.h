// Table: rows of text in aligned columns. Numbers stand right, words left.
#pragma once

#include <string>
#include <vector>

namespace sbc::control {

class Table {
 public:
  /// A heading that begins with '>' is of a column that stands right; the mark is not shown.
  explicit Table(std::vector<std::string> headings);
  /// As many cells as there are headings; every cell is made printable.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  std::string text() const;

 private:
  struct Column {
    bool right = false;
    size_t width = 0;
  };
  std::string line_of(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sbc::control
