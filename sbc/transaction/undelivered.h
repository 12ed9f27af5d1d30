// Undelivered: a datagram of ours that did not arrive, as far as who tells us knows it. A value.
#pragma once

#include "dataplane/wire/datagram_mark.h"
#include "sbc/transaction/transport.h"

namespace sbc {

struct Undelivered {
  Transport to;
  wire::DatagramMark mark;
};

}  // namespace sbc
