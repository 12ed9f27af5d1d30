#include "sbc/daemon/privileges.h"

#include <cerrno>
#include <cstring>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbc::daemon {

bool forbid_new_privileges(std::string& error) {
  // Without CAP_SETPCAP the bounding set stays: then there is less to lose, and the next line holds anyway.
  for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0;) ++capability;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return true;
  error = std::string("cannot forbid new privileges: ") + std::strerror(errno);
  return false;
}

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
  if (syscall(SYS_capset, &header, data) != 0) {
    error = std::string("capset: ") + std::strerror(errno);
    return false;
  }
  return true;
}

}  // namespace sbc::daemon
