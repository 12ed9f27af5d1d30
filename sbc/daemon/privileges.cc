#include "sbc/daemon/privileges.h"

#include <cerrno>
#include <cstring>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbc::daemon {

bool drop_privileges(bool keep_network, std::string& error) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) {
    error = std::string("capget: ") + std::strerror(errno);
    return false;
  }
  uint32_t kept = keep_network ? 1u << CAP_NET_ADMIN | 1u << CAP_NET_RAW : 0;
  data[0].effective &= kept;
  data[0].permitted &= kept;
  data[0].inheritable = 0;
  data[1] = {};
  if (syscall(SYS_capset, &header, data) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    error = std::string("capset: ") + std::strerror(errno);
    return false;
  }
  return true;
}

}  // namespace sbc::daemon
