#include "dataplane/cipher/cipher_device.h"

#include <rte_cryptodev.h>
#include <rte_dev.h>
#include <rte_errno.h>

namespace sbc::cipher {

std::unique_ptr<CipherDevice> CipherDevice::open(const std::string& driver, unsigned queues,
                                                 std::string& error) {
  static unsigned opened = 0;  // names are DPDK's, one each in the process
  std::unique_ptr<CipherDevice> device(new CipherDevice(driver + '_' + std::to_string(opened++)));
  const std::string arguments = "max_nb_queue_pairs=" + std::to_string(queues);
  int failed = rte_eal_hotplug_add("vdev", device->name_.c_str(), arguments.c_str());
  if (failed == 0) failed = device->start(queues);
  if (failed == 0) return device;
  error = "cannot open the cipher driver " + driver + ": " + rte_strerror(-failed);
  return nullptr;
}

int CipherDevice::start(unsigned queues) {
  id_ = rte_cryptodev_get_dev_id(name_.c_str());
  if (id_ < 0) return -ENODEV;
  rte_cryptodev_config config{};
  config.socket_id = rte_cryptodev_socket_id(id());
  config.nb_queue_pairs = uint16_t(queues);
  if (int failed = rte_cryptodev_configure(id(), &config); failed != 0) return failed;
  rte_cryptodev_qp_conf queue{};
  queue.nb_descriptors = queue_depth;
  for (unsigned i = 0; i < queues; ++i) {
    const int failed = rte_cryptodev_queue_pair_setup(id(), uint16_t(i), &queue, config.socket_id);
    if (failed != 0) return failed;
  }
  return rte_cryptodev_start(id());
}

CipherDevice::~CipherDevice() {
  if (id_ < 0) return;
  rte_cryptodev_stop(id());
  rte_cryptodev_close(id());
  rte_eal_hotplug_remove("vdev", name_.c_str());
}

uint32_t CipherDevice::session_bytes() const { return rte_cryptodev_sym_get_private_session_size(id()); }

}  // namespace sbc::cipher
