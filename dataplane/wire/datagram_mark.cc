#include "dataplane/wire/datagram_mark.h"

#include "dataplane/bytes/big_endian.h"
#include "dataplane/wire/checksum.h"
#include "dataplane/wire/frame.h"

namespace sbc::wire {

DatagramMark read_mark(std::span<const uint8_t> udp_header) {
  return {load_be16(&udp_header[4]), load_be16(&udp_header[6])};
}

DatagramMark mark_of(const Endpoint& source, const Endpoint& destination, std::string_view payload) {
  const uint16_t length = uint16_t(udp_size + payload.size());
  Checksum checksum = pseudo_header(source.address, destination.address, protocol_udp, length);
  checksum.add(source.port).add(destination.port).add(length);
  checksum.add({reinterpret_cast<const uint8_t*>(payload.data()), payload.size()});
  const uint16_t value = checksum.value();
  return {length, value == 0 ? uint16_t(0xffff) : value};  // RFC 768: zero would say that there is none
}

}  // namespace sbc::wire
