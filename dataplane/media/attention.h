// Attention: what is done with the packets of one flow beyond relaying them. Only of a flow whose line says
// `attended`; of any other it is as it was made, and nobody looks.
#pragma once

#include "dataplane/media/digit_reader.h"
#include "dataplane/media/digit_sender.h"
#include "dataplane/media/tap.h"

namespace sbc::media {

struct Attention {
  DigitSender sender;  // of digits toward the side where the flow's packets leave
  DigitReader reader;  // of those that arrive, where the flow's side tells_digits
  Tap* tap = nullptr;
};

}  // namespace sbc::media
