// Dataplane: the running half of the process: EAL, ports, workers, and what they share. The control thread
// builds it, publishes snapshots to it, reads its counters, and stops it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/cipher/cipher_devices.h"
#include "dataplane/port/eal.h"
#include "sbc/edge/application.h"
#include "sbc/edge/signature_hits.h"

namespace sbc::daemon {

class Dataplane {
 public:
  /// Null with one line in `error`. Frames flow as soon as this returns.
  static std::unique_ptr<Dataplane> start(std::shared_ptr<const policy::Compiled> policy, std::string& error);
  /// Stops the workers and closes the ports.
  ~Dataplane();
  Dataplane(const Dataplane&) = delete;
  Dataplane& operator=(const Dataplane&) = delete;

  /// False while some worker has not adopted the one before: try again soon. `error` is set when memory is
  /// short.
  bool publish(std::shared_ptr<const policy::Compiled> policy, std::string& error);
  /// Frees the snapshot before the newest where every worker has left it. True when only the newest lives.
  bool settle();
  /// Messages that matched each signature of the newest snapshot, since the process started.
  std::vector<uint64_t> signature_hits();

  bool command(WorkerId worker, const edge::Command& command);
  /// To every worker, waiting up to a second for room in a full ring. False when some worker did not get it.
  bool command_all(const edge::Command& command);

  unsigned workers() const { return unsigned(stations_.size()); }
  edge::Exchange& exchange(WorkerId worker) { return *exchanges_[index_of(worker)]; }
  policy::Usage& usage() { return *usage_; }
  std::span<const std::unique_ptr<port::Port>> ports() const { return ports_; }
  /// Null where no stream may speak SRTP.
  const cipher::CipherDevices* ciphers() const { return ciphers_.get(); }
  const worker::TscClock& clock() const { return *clock_; }
  uint32_t live_calls() const;
  /// How memory was laid out, one line for the log.
  std::string describe() const;

 private:
  /// What one worker owns, made before it starts.
  struct Station;

  Dataplane() = default;
  bool open_ports(std::string& error);
  bool open_ciphers(std::string& error);
  void man_stations(std::shared_ptr<const policy::Compiled> policy);
  bool start_ports(std::string& error);

  std::shared_ptr<const config::Model> model_;
  std::unique_ptr<port::Eal> eal_;
  std::unique_ptr<worker::TscClock> clock_;
  std::unique_ptr<port::PacketPool> pool_;
  std::vector<std::unique_ptr<port::Port>> ports_;
  std::unique_ptr<cipher::CipherDevices> ciphers_;
  std::vector<std::unique_ptr<cipher::BurstTransformer>> transformers_;
  std::unique_ptr<worker::Crew> crew_;
  std::unique_ptr<edge::Listeners> listeners_;
  std::unique_ptr<media::MediaRanges> media_ranges_;
  std::unique_ptr<Steering> steering_;
  std::unique_ptr<policy::Usage> usage_;
  std::unique_ptr<lane::Published<edge::LiveSnapshot>> published_;
  edge::SignatureHits signature_hits_;
  std::vector<std::unique_ptr<edge::Exchange>> exchanges_;
  std::vector<std::unique_ptr<Station>> stations_;
  std::atomic<bool> stop_{false};
};

}  // namespace sbc::daemon
