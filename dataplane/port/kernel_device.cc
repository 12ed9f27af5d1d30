#include "dataplane/port/kernel_device.h"

#include <cstring>

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbc::port {
namespace {

struct Question {
  nlmsghdr header;
  ifinfomsg link;
};

void take_attribute(const rtattr& attribute, KernelDevice& device) {
  if (attribute.rta_type == IFLA_MTU) std::memcpy(&device.mtu, RTA_DATA(&attribute), sizeof device.mtu);
  if (attribute.rta_type != IFLA_STATS64) return;
  // The kernel's structure may be longer or shorter than the one we were built with.
  rtnl_link_stats64 stats{};
  std::memcpy(&stats, RTA_DATA(&attribute), std::min<size_t>(sizeof stats, RTA_PAYLOAD(&attribute)));
  device.rx_packets = stats.rx_packets;
  device.rx_dropped = stats.rx_dropped;
  device.tx_packets = stats.tx_packets;
  device.tx_dropped = stats.tx_dropped;
}

std::optional<KernelDevice> read_answer(const nlmsghdr* header, size_t size) {
  if (!NLMSG_OK(header, size) || header->nlmsg_type != RTM_NEWLINK) return std::nullopt;
  KernelDevice device;
  auto* link = static_cast<const ifinfomsg*>(NLMSG_DATA(header));
  size_t left = IFLA_PAYLOAD(header);
  for (const rtattr* at = IFLA_RTA(link); RTA_OK(at, left); at = RTA_NEXT(at, left))
    take_attribute(*at, device);
  return device;
}

std::optional<KernelDevice> ask(int socket, unsigned index) {
  Question question{};
  question.header.nlmsg_len = NLMSG_LENGTH(sizeof question.link);
  question.header.nlmsg_type = RTM_GETLINK;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.link.ifi_family = AF_UNSPEC;
  question.link.ifi_index = int(index);
  if (send(socket, &question, question.header.nlmsg_len, 0) < 0) return std::nullopt;
  alignas(nlmsghdr) char answer[16384];
  ssize_t size = recv(socket, answer, sizeof answer, 0);
  if (size < 0) return std::nullopt;
  return read_answer(reinterpret_cast<const nlmsghdr*>(answer), size_t(size));
}

}  // namespace

std::optional<KernelDevice> read_kernel_device(const std::string& name) {
  unsigned index = if_nametoindex(name.c_str());
  int socket_fd = index == 0 ? -1 : socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket_fd < 0) return std::nullopt;
  auto device = ask(socket_fd, index);
  close(socket_fd);
  return device;
}

}  // namespace sbc::port
