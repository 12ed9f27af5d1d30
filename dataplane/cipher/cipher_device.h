// CipherDevice: one virtual device of DPDK's cryptodev: a driver's software, with a queue pair for each
// worker.
//
// Made and destroyed by the main thread, before workers start and after they have ended.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace sbc::cipher {

class CipherDevice {
 public:
  /// How many operations a queue holds.
  static constexpr unsigned queue_depth = 256;

  /// Null with one line in `error` where the driver is missing or refuses.
  static std::unique_ptr<CipherDevice> open(const std::string& driver, unsigned queues, std::string& error);
  ~CipherDevice();
  CipherDevice(const CipherDevice&) = delete;
  CipherDevice& operator=(const CipherDevice&) = delete;

  uint8_t id() const { return uint8_t(id_); }
  uint32_t session_bytes() const;

 private:
  explicit CipherDevice(std::string name) : name_(std::move(name)) {}
  int start(unsigned queues);

  std::string name_;
  int id_ = -1;  // DPDK's, once there is a device
};

}  // namespace sbc::cipher
