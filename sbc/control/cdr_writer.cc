#include "sbc/control/cdr_writer.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace sbc::control {

CdrWriter::~CdrWriter() {
  if (fd_ >= 0) close(fd_);
}

std::string CdrWriter::reopen(const std::string& path) {
  int fd = -1;
  if (!path.empty()) {
    fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return "cannot open the CDR file " + path + ": " + std::strerror(errno);
  }
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
  torn_ = false;
  return {};
}

bool CdrWriter::write(std::string line) {
  if (fd_ < 0) return true;
  line += '\n';
  if (torn_) line.insert(line.begin(), '\n');
  size_t done = 0;
  while (done < line.size()) {
    ssize_t size = ::write(fd_, line.data() + done, line.size() - done);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    done += size_t(size);
  }
  bool whole = done == line.size();
  torn_ = whole ? false : torn_ || done > 0;
  lost_ += !whole;
  return whole;
}

}  // namespace sbc::control
