// The parsers that are compared, one file each.
#pragma once

#include "bench/sip/values.h"

namespace sbc::bench {

extern const Parser our_parser;
extern const Parser sofia_parser;
extern const Parser osip_parser;
extern const Parser re_parser;

/// Process-wide set-up that some libraries ask for.
void start_osip();
void start_re();

}  // namespace sbc::bench
