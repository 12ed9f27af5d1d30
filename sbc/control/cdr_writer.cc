#include "sbc/control/cdr_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sbc::control {
namespace {

bool same_file(int one, int other) {
  struct stat a {
  }, b{};
  return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

CdrWriter::~CdrWriter() {
  flush();
  if (fd_ >= 0) close(fd_);
}

std::string CdrWriter::reopen(const std::string& path) {
  int fd = -1;
  if (!path.empty()) {
    fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) return "cannot open the CDR file " + path + ": " + std::strerror(errno);
  }
  flush();
  torn_ = torn_ && same_file(fd, fd_);
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
  failing_ = false;
  return {};
}

void CdrWriter::add(std::string_view line) {
  constexpr size_t gathered_max = 256 << 10;  // bytes
  if (fd_ < 0) return;
  gathered_.append(line) += '\n';
  if (gathered_.size() >= gathered_max) flush();
}

void CdrWriter::flush() {
  if (gathered_.empty()) return;
  if (torn_) gathered_.insert(gathered_.begin(), '\n');
  const bool ends_torn_line = torn_;
  std::string_view left = gathered_;
  while (!left.empty()) {
    ssize_t size = ::write(fd_, left.data(), left.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    torn_ = left[size_t(size) - 1] != '\n';
    left.remove_prefix(size_t(size));
  }
  failing_ = !left.empty();
  lost_ += uint64_t(std::count(left.begin(), left.end(), '\n'));
  if (ends_torn_line && left.size() == gathered_.size()) --lost_;
  gathered_.clear();
}

}  // namespace sbc::control
