// Fuzz targets: each takes any bytes and aborts when a property of a codec breaks. engine.cc makes one of
// them a libFuzzer program; fuzz_test.cc drives all of them over their seeds in every ordinary test run.
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
/// A stream yields the same messages wherever it is cut, and parsing sees their bodies end where they do.
void framer(std::string_view bytes);
/// The parts of a body lie in it one behind the other, and are the same again behind another boundary.
void multipart(std::string_view bytes);
/// The parts of an accepted packet are all of it, and make it again.
void rtp(std::string_view bytes);
/// What crosses is well-formed, crosses again unchanged, stays within its bounds and names nobody.
void rtcp(std::string_view bytes);
/// The parts of a protected packet lie in it one behind the other, and where they would be put again.
void srtp(std::string_view bytes);
/// What leaves a media relay is a whole packet to who takes part, as it came where it is encrypted; strangers
/// move nothing; the short way does what the long one does.
void relay(std::string_view bytes);
/// Whatever two peers describe to each other through the anchor: each is told of nobody but us, what fails
/// changes nothing, and nothing is left in the end.
void offer_answer(std::string_view bytes);
/// An accepted message's attributes, written again, read the same; integrity and fingerprint hold, until a
/// bit changes.
void stun(std::string_view bytes);
/// A DNS server's reply yields bounded records, or says what is wrong.
void dns(std::string_view bytes);
/// Every instruction set makes the same index, bit by bit.
void simd(std::string_view bytes);
/// A Hyperscan scan for the names of header fields finds them where the index of lines does.
void header_anchors(std::string_view bytes);
/// A file yields signatures that scan, or problems that say where they are.
void signature_file(std::string_view bytes);

struct Target {
  const char* name;  // of its corpus too
  void (*run)(std::string_view);
  int mutations;          // in an ordinary test run: a few seconds' under the sanitizers
  bool messages = false;  // takes SIP messages: gets generated ones as seeds besides
};
inline constexpr Target targets[]{
    {"message", message, 100'000, true},
    {"uri", uri, 100'000},
    {"sdp", sdp, 20'000},
    {"call_id", call_id, 50'000, true},
    {"round_trip", round_trip, 50'000, true},
    {"framer", framer, 5'000, true},
    {"multipart", multipart, 50'000},
    {"rtp", rtp, 100'000},
    {"rtcp", rtcp, 100'000},
    {"srtp", srtp, 100'000},
    {"relay", relay, 3'000},
    {"offer_answer", offer_answer, 4'000},
    {"stun", stun, 100'000},
    {"dns", dns, 100'000},
    {"simd", simd, 20'000, true},
    {"header_anchors", header_anchors, 50'000, true},
    {"signature_file", signature_file, 1'000},
};

}  // namespace sbc::fuzz
