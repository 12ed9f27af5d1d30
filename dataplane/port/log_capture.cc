#include "dataplane/port/log_capture.h"

#include <cstdlib>
#include <string_view>

#include <rte_log.h>

namespace sbc::port {

LogCapture::LogCapture() : stream_(open_memstream(&text_, &size_)) { rte_openlog_stream(stream_); }

LogCapture::~LogCapture() {
  rte_openlog_stream(nullptr);
  if (stream_ != nullptr) std::fclose(stream_);
  std::free(text_);
}

std::string LogCapture::last_line(const std::string& otherwise) {
  if (stream_ == nullptr) return otherwise;
  std::fflush(stream_);
  std::string_view text(text_, size_);
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (text.empty()) return otherwise;
  size_t newline = text.rfind('\n');
  return std::string(newline == text.npos ? text : text.substr(newline + 1));
}

}  // namespace sbc::port
