// Attention: what is done with the packets of one flow beyond relaying them. Only a flow whose line says
// `attended` has one.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>

#include "dataplane/media/digit_reader.h"
#include "dataplane/media/digit_sender.h"
#include "dataplane/media/tap.h"

namespace sbc::media {

struct Attention {
  DigitSender sender;  // of digits toward the side where the flow's packets leave
  DigitReader reader;  // of those that arrive, where the flow's side tells_digits
  Tap* tap = nullptr;
};

/// Where one begins to be: few flows are ever attended, and a table of these takes no memory before that
/// (huge_vector.h).
class AttentionPlace {
 public:
  Attention& begin() { return *new (bytes_) Attention; }
  /// Since begin().
  Attention& get() { return *std::launder(reinterpret_cast<Attention*>(bytes_)); }

 private:
  alignas(Attention) std::byte bytes_[sizeof(Attention)];
};
static_assert(std::is_trivially_default_constructible_v<AttentionPlace>);
static_assert(std::is_trivially_destructible_v<Attention>);

}  // namespace sbc::media
