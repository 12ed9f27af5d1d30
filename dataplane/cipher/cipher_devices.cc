#include "dataplane/cipher/cipher_devices.h"

#include <rte_cpuflags.h>

namespace sbc::cipher {

std::unique_ptr<CipherDevices> CipherDevices::open(const CipherDrivers& best, const CipherDrivers& fallback,
                                                   unsigned workers, std::string& error) {
  std::string reason = "the processor lacks AES instructions";
  if (rte_cpu_get_flag_enabled(RTE_CPUFLAG_AES) > 0) {
    if (auto devices = open(best, workers, reason)) return devices;
  }
  auto devices = open(fallback, workers, error);
  if (devices == nullptr)
    error = reason + "; " + error;
  else
    devices->why_fallback_ = std::move(reason);
  return devices;
}

std::unique_ptr<CipherDevices> CipherDevices::open(const CipherDrivers& drivers, unsigned workers,
                                                   std::string& error) {
  auto devices = std::make_unique<CipherDevices>();
  devices->drivers_ = drivers;
  devices->counter_mode_ = CipherDevice::open(drivers.counter_mode, workers, error);
  if (devices->counter_mode_ == nullptr) return nullptr;
  devices->gcm_ = CipherDevice::open(drivers.gcm, workers, error);
  return devices->gcm_ == nullptr ? nullptr : std::move(devices);
}

std::unique_ptr<BurstTransformer> CipherDevices::transformer(unsigned worker, uint32_t contexts_max,
                                                             std::string& error) const {
  auto sessions =
      Sessions::create(*counter_mode_, *gcm_, contexts_max * BurstTransformer::sessions_per_context, error);
  if (sessions == nullptr) return nullptr;
  return std::make_unique<BurstTransformer>(*counter_mode_, *gcm_, uint16_t(worker), contexts_max,
                                            std::move(sessions));
}

}  // namespace sbc::cipher
