// Fuzz targets: each takes any bytes and aborts when a property of a codec breaks. engine.cc makes one of
// them a libFuzzer program; tests/dataplane/sip/fuzz_test.cc drives all of them over their seeds in every
// ordinary test run.
#pragma once

#include <string_view>

namespace sbc::fuzz {

/// What parse() accepts has every field inside the bytes and keeps the promises of Message's header.
void message(std::string_view bytes);
/// A URI's parts are pieces of its text; a name-addr around it reads the same URI.
void uri(std::string_view bytes);
/// Lines, sections and addresses of an accepted session description lie where they must.
void sdp(std::string_view bytes);
/// Steering and parsing see the same Call-ID.
void call_id(std::string_view bytes);
/// parse -> write -> parse is a fixed point.
void round_trip(std::string_view bytes);

}  // namespace sbc::fuzz
