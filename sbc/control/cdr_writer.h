// CdrWriter: one line for each call attempt, JSON, appended to a file. Owned by the control thread.
//
// A line is written whole or counted as lost. reopen() lets logrotate move the file away.
#pragma once

#include <cstdint>
#include <string>

namespace sbc::control {

class CdrWriter {
 public:
  CdrWriter() = default;
  ~CdrWriter();
  CdrWriter(const CdrWriter&) = delete;
  CdrWriter& operator=(const CdrWriter&) = delete;

  /// Also the first opening; empty = no CDRs. An error text, and the old file stays open, when it can't be
  /// opened.
  std::string reopen(const std::string& path);
  /// `line` without its end. True when it is in the file, or no file is configured.
  bool write(std::string line);
  uint64_t lost() const { return lost_; }

 private:
  int fd_ = -1;
  bool torn_ = false;  // the last line was cut: end it before the next
  uint64_t lost_ = 0;
};

}  // namespace sbc::control
