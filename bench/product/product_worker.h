// ProductWorker: the product's data plane of one worker, as sbc/daemon builds it, over ports that somebody
// else has opened; its time is an argument. Configuration, pools and rules are real.
//
// One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dataplane/port/packet_pool.h"
#include "policy/compiled/compiled.h"
#include "sbc/edge/application.h"

namespace sbc::bench {

/// Null where the configuration (YAML) is refused: then `error` has its problems.
std::shared_ptr<const policy::Compiled> compile(std::string_view configuration, std::string& error);

class ProductWorker {
 public:
  using Loop = worker::Worker<edge::Application>;

  /// `ports` in the model's order; they, the pool and the transformer outlive this. Without a transformer
  /// nobody speaks SRTP.
  ProductWorker(std::shared_ptr<const policy::Compiled> policy,
                std::span<const std::unique_ptr<port::Port>> ports, port::PacketPool& pool, Instant start,
                srtp::Transformer* transformer = nullptr);

  /// True where there was anything to do.
  bool iterate(Instant now) { return loop_.iterate(now); }

  edge::Application& application() { return application_; }
  const edge::Application& application() const { return application_; }
  edge::Exchange& exchange() { return exchange_; }
  const edge::Exchange& exchange() const { return exchange_; }
  policy::Usage& usage() { return usage_; }
  const media::MediaRanges& media_ranges() const { return media_ranges_; }

  uint64_t dropped() const;
  /// Everything that was dropped, by reason; empty: nothing was.
  std::string drops() const;
  uint64_t dropped(Reason reason) const;

 private:
  std::shared_ptr<const policy::Compiled> policy_;
  worker::Crew crew_;
  edge::Listeners listeners_;
  media::MediaRanges media_ranges_;
  Steering steering_;
  policy::Usage usage_;
  lane::Published<edge::LiveSnapshot> published_;
  edge::Exchange exchange_;
  worker::Transmit transmit_;
  edge::Application application_;
  Loop loop_;
};

}  // namespace sbc::bench
