// KeySeed: what our SRTP keys on one side of a stream are made of: a key for each suite, each of them as
// strong as the suite, and the same ones as long as stream and peer are the same, so that the peer's counters
// go on (RFC 3711 3.3.1). A secret: it is wiped when it goes, and never logged.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "dataplane/bytes/random.h"
#include "dataplane/lane/pool.h"
#include "dataplane/srtp/master_key.h"

namespace sbc::anchor {

class KeySeed {
 public:
  KeySeed() = default;
  /// `suites`: those that the peer is offered, in this order, whatever is configured later.
  KeySeed(Random& random, std::span<const SrtpSuite> suites);
  KeySeed(const KeySeed&) = default;
  KeySeed& operator=(const KeySeed&) = default;
  ~KeySeed() { OPENSSL_cleanse(seed_.data(), seed_.size()); }

  std::span<const SrtpSuite> suites() const { return std::span(suites_).first(suite_count_); }
  srtp::MasterKey key_of(SrtpSuite suite) const;
  /// It is agreed on. Where another one was until now, that one's key does not come back: media would count
  /// from the beginning under it.
  void agree(SrtpSuite suite);

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.bytes(self.seed_);
    form.number(self.suite_count_, srtp_suite_count);
    for (auto& suite : self.suites_) form.number(suite, SrtpSuite(srtp_suite_count));
    form.number(self.agreed_, SrtpSuite(srtp_suite_count));
    for (auto& left : self.times_left_) form.number(left);
  }

 private:
  std::array<uint8_t, 32> seed_{};
  std::array<SrtpSuite, srtp_suite_count> suites_{};
  uint8_t suite_count_ = 0;
  SrtpSuite agreed_ = SrtpSuite::none;
  std::array<uint8_t, 1 + srtp_suite_count> times_left_{};  // each suite, for another one
};

/// Of one worker: one for each secured side of its streams, so it bounds how many there are.
using KeySeedPool = lane::Pool<KeySeed>;

}  // namespace sbc::anchor
