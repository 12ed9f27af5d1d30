// CdrWriter: one line for each call attempt, JSON, appended to a file. Owned by the control thread.
//
// Lines are gathered and written together, so that many calls that end at once cost one write. A line is in
// the file whole or counted as lost. reopen() lets logrotate move the file away.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sbc::control {

class CdrWriter {
 public:
  CdrWriter() = default;
  ~CdrWriter();  // flushes
  CdrWriter(const CdrWriter&) = delete;
  CdrWriter& operator=(const CdrWriter&) = delete;

  /// Also the first opening; empty = no CDRs. An error text, and the old file stays open, when it can't be
  /// opened.
  std::string reopen(const std::string& path);
  /// `line` without its end. It is in the file after flush() at the latest; nowhere when none is configured.
  void add(std::string_view line);
  void flush();
  /// The last write did not take everything.
  bool failing() const { return failing_; }
  uint64_t lost() const { return lost_; }

 private:
  int fd_ = -1;
  std::string gathered_;
  bool torn_ = false;  // the file's last line was cut: end it before the next
  bool failing_ = false;
  uint64_t lost_ = 0;
};

}  // namespace sbc::control
