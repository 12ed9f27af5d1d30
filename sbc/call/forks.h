// Forks: the early dialogs of a call that is not answered, as its caller sees them: each callee that speaks,
// a fork of an attempt or a peer that was tried after another one, has a To tag of its own towards the caller
// (RFC 3261 12.1, 13.2.2.4), and so an answer and a count of reliable responses of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sbc/transaction/message_slab.h"

namespace sbc::call {

struct Forks {
  /// What more of them say is not passed on, until one of them answers.
  static constexpr size_t most = 4;

  struct Fork {
    uint64_t id = 0;    // keyed hash of the callee's To tag and the attempt
    uint32_t rseq = 0;  // of our last reliable response for it; 0 = none yet
    std::optional<uint32_t>
        caller_cseq;    // of the caller's last request in it, while it is not the current one
    bool over = false;  // the caller has ended it, or its peer has failed

    template <class Form, class Self>
    static void each_field(Form& form, Self& self) {
      form.bits(self.id);
      form.number(self.rseq);
      form.optional(self.caller_cseq);
      form.number(self.over);
    }
  };

  /// Its SDP of a reliable response, which its 2xx need not repeat; also of one that the caller is told of
  /// later.
  struct Description {
    uint64_t id = 0;
    transaction::Kept sdp;

    template <class Form, class Self>
    static void each_field(Form& form, Self& self) {
      form.bits(self.id);
      form.kept(self.sdp);
    }
  };

  std::array<Fork, most> known{};
  std::array<Description, most> described{};
  uint8_t described_count = 0;
  uint8_t count = 0;
  uint8_t current = 0;  // whose To tag the caller's dialog has

  /// Its place; `count` where it is new.
  size_t find(uint64_t id) const {
    size_t at = 0;
    while (at < count && known[at].id != id) ++at;
    return at;
  }

  bool is_over(uint64_t id) const {
    const size_t at = find(id);
    return at < count && known[at].over;
  }

  /// None where it has not described itself reliably.
  transaction::Kept described_by(uint64_t id) const {
    for (size_t at = 0; at < described_count; ++at)
      if (described[at].id == id) return described[at].sdp;
    return {};
  }

  /// To keep it in; null where it is one too many.
  transaction::Kept* description_of(uint64_t id) {
    size_t at = 0;
    while (at < described_count && described[at].id != id) ++at;
    if (at == most) return nullptr;
    if (at == described_count) described[described_count++].id = id;
    return &described[at].sdp;
  }

  void forget_described(transaction::MessageSlab& slab) {
    for (Description& one : described) slab.release(one.sdp);
    described_count = 0;
  }

  template <class Form, class Self>
  static void each_field(Form& form, Self& self) {
    form.number(self.count, most);
    form.number(self.current, most - 1);
    for (size_t at = 0; at < self.count; ++at) Fork::each_field(form, self.known[at]);
    form.number(self.described_count, most);
    for (size_t at = 0; at < self.described_count; ++at) Description::each_field(form, self.described[at]);
  }
};

}  // namespace sbc::call
