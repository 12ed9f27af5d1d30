#include "config/types/check.h"
#include "dataplane/srtp/packet_parts.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {

/// The first byte says which tail the packet behind it has.
void srtp(std::string_view bytes) {
  using namespace sbc::srtp;
  if (bytes.empty()) return;
  const auto choice = uint8_t(bytes[0]);
  const Tail tail{.rtcp = (choice & 1) != 0,
                  .aead = (choice & 2) != 0,
                  .tag = uint8_t((choice & 2) != 0 ? 16 : 10),
                  .mki = uint8_t(choice >> 2)};
  const std::span<const uint8_t> packet = octets(bytes.substr(1));
  const size_t header = header_bytes(packet, tail.rtcp);
  SBC_CHECK(header <= packet.size() && header % 4 == 0);
  PacketParts parts;
  if (header == 0 || !parts_to_unprotect(packet.size(), header, tail, parts)) return;
  SBC_CHECK(parts.body == header && parts.body <= parts.body_end && parts.end == packet.size());
  SBC_CHECK(parts.body_end <= parts.tag && parts.tag + tail.tag <= parts.end);
  SBC_CHECK(!tail.rtcp || (parts.body_end <= parts.index && parts.index + index_word_bytes <= parts.end));
  const PacketParts again = parts_to_protect(parts.body_end, header, tail);
  SBC_CHECK(again.end + tail.mki == parts.end && again.body_end == parts.body_end);
}

}  // namespace sbc::fuzz
