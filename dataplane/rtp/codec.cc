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

}  // namespace

Codec codec_of(std::string_view encoding) {
  auto at = std::find_if(names.begin(), names.end(),
                         [&](const Name& name) { return equal_ignoring_case(name.encoding, encoding); });
  return at == names.end() ? Codec::other : at->codec;
}

std::string_view text_of(Codec codec) { return texts[size_t(codec)]; }

}  // namespace sbc::rtp
