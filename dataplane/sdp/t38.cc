#include "dataplane/sdp/t38.h"

#include <array>

#include "dataplane/sdp/words.h"

namespace sbc::sdp {
namespace {

constexpr std::array<std::string_view, 2> rate_managements{"localTCF", "transferredTCF"};
constexpr std::array<std::string_view, 3> error_corrections{"t38UDPNoEC", "t38UDPRedundancy", "t38UDPFEC"};

/// Gives `place` what was read, unless an earlier line did; false where nothing could be read.
template <class T>
bool set(std::optional<T>& place, std::optional<T> read) {
  if (!place) place = read;
  return read.has_value();
}

/// Flags come in any number: the first counts there too, `seen` has one bit for each.
bool set_flag(bool& place, const Line& line, unsigned bit, unsigned& seen) {
  auto read = parse_t38_flag(line);
  if (read && !(seen & bit)) place = *read;
  seen |= bit;
  return read.has_value();
}

bool read_line(const Line& line, T38& fax, unsigned& seen) {
  std::string_view value = only_word(line.attribute_value());
  switch (line.name) {
    case AttributeName::t38_fax_version:
      return set(fax.version, parse_number<uint8_t>(value));
    case AttributeName::t38_max_bit_rate:
      return set(fax.max_bit_rate, parse_number<uint32_t>(value));
    case AttributeName::t38_fax_max_buffer:
      return set(fax.max_buffer, parse_number<uint32_t>(value));
    case AttributeName::t38_fax_max_datagram:
      return set(fax.max_datagram, parse_number<uint32_t>(value));
    case AttributeName::t38_fax_max_ifp:
      return set(fax.max_ifp, parse_number<uint32_t>(value));
    case AttributeName::t38_fax_rate_management:
      return set(fax.rate_management, find_word<T38RateManagement>(rate_managements, value));
    case AttributeName::t38_fax_udp_ec:
      return set(fax.error_correction, find_word<T38ErrorCorrection>(error_corrections, value));
    case AttributeName::t38_fax_fill_bit_removal:
      return set_flag(fax.fill_bit_removal, line, 1, seen);
    case AttributeName::t38_fax_transcoding_mmr:
      return set_flag(fax.transcoding_mmr, line, 2, seen);
    case AttributeName::t38_fax_transcoding_jbig:
      return set_flag(fax.transcoding_jbig, line, 4, seen);
    default:
      return true;
  }
}

}  // namespace

std::optional<T38> parse_t38(std::span<const Line> lines) {
  T38 fax;
  unsigned seen = 0;
  for (const Line& line : lines) {
    if (line.type == 'a' && !read_line(line, fax, seen)) return std::nullopt;
  }
  return fax;
}

std::optional<bool> parse_t38_flag(const Line& line) {
  std::string_view value = only_word(line.attribute_value());
  if (!line.has_attribute_value() || value == "1") return true;
  return value == "0" ? std::optional(false) : std::nullopt;
}

}  // namespace sbc::sdp
