#include "dataplane/dns/wire_name.h"

#include "config/types/host_name.h"

namespace sbc::dns {
namespace {

constexpr uint8_t pointer_mark = 0xc0;
constexpr unsigned pointers_max = 32;  // a name has no more labels that could be elsewhere

bool add_label(std::string& name, std::span<const uint8_t> label) {
  if (!name.empty()) name += '.';
  for (uint8_t byte : label) {
    if (byte <= ' ' || byte >= 0x7f || byte == '.') return false;
    name += byte >= 'A' && byte <= 'Z' ? char(byte - 'A' + 'a') : char(byte);
  }
  return name.size() <= host_name_max;
}

}  // namespace

std::optional<std::string> read_name(std::span<const uint8_t> message, size_t& at) {
  std::string name;
  size_t from = at;
  bool followed = false;
  for (unsigned pointers = 0;;) {
    if (from >= message.size()) return std::nullopt;
    const uint8_t length = message[from];
    if ((length & pointer_mark) == pointer_mark) {
      if (from + 1 >= message.size() || ++pointers > pointers_max) return std::nullopt;
      if (!followed) at = from + 2;
      followed = true;
      from = size_t(length & ~pointer_mark) << 8 | message[from + 1];
      continue;
    }
    if ((length & pointer_mark) != 0 || from + 1 + length > message.size()) return std::nullopt;
    if (length == 0) break;
    if (!add_label(name, message.subspan(from + 1, length))) return std::nullopt;
    from += 1 + length;
  }
  if (!followed) at = from + 1;
  return name;
}

}  // namespace sbc::dns
