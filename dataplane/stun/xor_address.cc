#include "dataplane/stun/xor_address.h"

#include <algorithm>

#include "dataplane/bytes/big_endian.h"

namespace sbc::stun {
namespace {

constexpr uint8_t family_v4 = 1, family_v6 = 2;
constexpr size_t front = 4;  // a zero, the family, the port

/// Masks or unmasks.
void cross(std::span<uint8_t> address, AddressMask mask) {
  for (size_t i = 0; i < address.size(); ++i) address[i] ^= mask[i];
}

}  // namespace

std::optional<Endpoint> unmask_address(std::span<const uint8_t> value, AddressMask mask) {
  if (value.size() < front) return std::nullopt;
  auto masked = value.subspan(front);
  bool v4 = value[1] == family_v4 && masked.size() == 4;
  if (!v4 && (value[1] != family_v6 || masked.size() != 16)) return std::nullopt;
  Endpoint endpoint{v4 ? IpAddress::v4(0) : IpAddress{},
                    uint16_t(load_be16(&value[2]) ^ load_be16(&mask[0]))};
  auto address = std::span(endpoint.address.bytes).last(masked.size());
  std::copy(masked.begin(), masked.end(), address.begin());
  cross(address, mask);
  return endpoint;
}

MaskedAddress mask_address(const Endpoint& endpoint, AddressMask mask) {
  MaskedAddress masked;
  bool v4 = endpoint.address.is_v4();
  masked.bytes[1] = v4 ? family_v4 : family_v6;
  store_be16(&masked.bytes[2], uint16_t(endpoint.port ^ load_be16(&mask[0])));
  auto plain = std::span(endpoint.address.bytes).last(v4 ? 4 : 16);
  auto address = std::span(masked.bytes).subspan(front, plain.size());
  std::copy(plain.begin(), plain.end(), address.begin());
  cross(address, mask);
  masked.size = front + plain.size();
  return masked;
}

}  // namespace sbc::stun
