#include "dataplane/rtp/codec.h"

#include <algorithm>
#include <array>

#include "dataplane/bytes/caseless.h"

namespace sbc::rtp {
namespace {

struct Name {
  std::string_view encoding;
  Codec codec;
};

constexpr std::array names{Name{"PCMU", Codec::g711},
                           Name{"PCMA", Codec::g711},
                           Name{"G722", Codec::g722},
                           Name{"G723", Codec::g723},
                           Name{"G726-32", Codec::g726},
                           Name{"G726-40", Codec::g726},
                           Name{"G728", Codec::g728},
                           Name{"G729", Codec::g729},
                           Name{"GSM", Codec::gsm},
                           Name{"GSM-EFR", Codec::gsm_efr},
                           Name{"iLBC", Codec::ilbc},
                           Name{"AMR", Codec::amr},
                           Name{"AMR-WB", Codec::amr_wb},
                           Name{"opus", Codec::opus},
                           Name{"telephone-event", Codec::telephone_event},
                           Name{"tone", Codec::telephone_event},
                           Name{"CN", Codec::comfort_noise}};

constexpr std::array<std::string_view, 15> texts{
    "",    "G711",    "G722", "G723", "G726",   "G728", "G729",
    "GSM", "GSM-EFR", "iLBC", "AMR",  "AMR-WB", "opus", "telephone-event",
    "CN"};

/// What the codec comes in: the shortest packets that are usual, and its bytes a second at its best rate.
struct Framing {
  uint16_t shortest_us;
  uint16_t bytes_per_second;  // of one channel
};

constexpr uint16_t any_rate = 0xffff;

/// By Codec's order.
constexpr std::array<Framing, 15> framings{{{2'500, any_rate},
                                            {10'000, 8'000},
                                            {10'000, 8'000},
                                            {30'000, 800},
                                            {10'000, 5'000},
                                            {10'000, 2'000},
                                            {10'000, 1'500},
                                            {20'000, 1'650},
                                            {20'000, 1'550},
                                            {20'000, 1'900},
                                            {20'000, 1'650},
                                            {20'000, 3'050},
                                            {2'500, any_rate},
                                            {20'000, 1'000},
                                            {20'000, 1'000}}};

}  // namespace

Pace pace_of(Codec codec) {
  const Framing& framing = framings[size_t(codec)];
  const bool any = framing.bytes_per_second == any_rate;
  // Twice as many, for packets that are shorter or come twice; 200 ms of two channels.
  return {uint16_t(2'000'000 / framing.shortest_us),
          any ? any_size : uint16_t(framing.bytes_per_second * 2 / 5)};
}

Codec codec_of(std::string_view encoding) {
  auto at = std::find_if(names.begin(), names.end(),
                         [&](const Name& name) { return equal_ignoring_case(name.encoding, encoding); });
  return at == names.end() ? Codec::other : at->codec;
}

std::string_view text_of(Codec codec) { return texts[size_t(codec)]; }

}  // namespace sbc::rtp
