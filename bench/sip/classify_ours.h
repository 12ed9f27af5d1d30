// Ours: what happens to a SIP datagram before it is parsed, as the gate in front of the call engine does it:
// what it is, by its first bytes; the signature scan; the verdict.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bench/sip/corpus.h"
#include "policy/signatures/hiding.h"

namespace sbc::bench {

struct Classification {
  enum class Kind : uint8_t { keepalive, other, request, response };
  static constexpr uint32_t no_signature = ~0u;

  Kind kind = Kind::other;
  uint32_t signature = no_signature;  // index of the literal that decides
  bool dropped = false;
};

/// In the product, reading the head tells, which the parse figures time: this is asked outside of the clock.
policy::Hiding told_by_head(std::string_view datagram);

class OurClassifier {
 public:
  /// Every literal anywhere in the message drops it, the first of the list before the others.
  explicit OurClassifier(std::span<const Literal> literals);
  ~OurClassifier();

  /// `hiding`: what told_by_head() says of it.
  Classification classify(std::string_view datagram, policy::Hiding hiding) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sbc::bench
