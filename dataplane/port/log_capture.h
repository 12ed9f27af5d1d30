// LogCapture: holds back what DPDK logs while it lives, so that an error can be told in one line.
//
// Main thread only; one at a time.
#pragma once

#include <cstdio>
#include <string>

namespace sbc::port {

class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  /// The last line that was logged; `otherwise` where there is none.
  std::string last_line(const std::string& otherwise);

 private:
  char* text_ = nullptr;
  size_t size_ = 0;
  FILE* stream_;
};

}  // namespace sbc::port
