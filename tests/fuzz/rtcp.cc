#include "dataplane/rtp/rtcp.h"

#include <algorithm>
#include <vector>

#include "config/types/check.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/targets.h"

namespace sbc::fuzz {
namespace {

using rtp::RtcpType;

constexpr uint64_t cname = 0x0123456789abcdefu;
constexpr std::string_view item =
    "\x01\x10"
    "0123456789abcdef";
constexpr size_t chunk_size = 4 + item.size() + 2;  // an SSRC, the item, two zeros

/// Nothing crosses of which the other side could learn who or where somebody is.
void check_crossed(const rtp::RtcpPacket& packet) {
  switch (packet.type) {
    case RtcpType::sender_report:
    case RtcpType::receiver_report:
      SBC_CHECK(packet.body.size() ==
                (packet.type == RtcpType::sender_report ? 24u : 4u) + packet.count * 24u);
      return;
    case RtcpType::source_description:
      SBC_CHECK(packet.body.size() == packet.count * chunk_size);
      for (size_t at = 4; at < packet.body.size(); at += chunk_size) {
        SBC_CHECK(text(packet.body.subspan(at, item.size())) == item);
      }
      return;
    case RtcpType::goodbye:
      SBC_CHECK(packet.body.size() == packet.count * 4u);
      return;
    default:
      SBC_CHECK(packet.type >= RtcpType::transport_feedback && packet.type <= RtcpType::extended_report);
  }
}

}  // namespace

void rtcp(std::string_view bytes) {
  std::vector<uint8_t> out(bytes.size() * rtp::rtcp_growth);
  auto size = rtp::rewrite_rtcp(octets(bytes), out, cname);
  if (!size) {
    SBC_CHECK(size.reason() == Reason::media_not_rtcp || size.reason() == Reason::media_rtcp_empty);
    return;
  }
  out.resize(*size);
  for (std::span<const uint8_t> rest = out; !rest.empty();) {
    auto packet = rtp::take_rtcp(rest);
    SBC_CHECK(packet && within(text(packet->body), text(out)));
    check_crossed(*packet);
  }
  rtp::Reports reports;
  rtp::read_reports(out, reports);
  SBC_CHECK(reports.all().size() <= rtp::Reports::max);
  std::vector<uint8_t> again(out.size());
  auto same = rtp::rewrite_rtcp(out, again, cname);
  SBC_CHECK(same && *same == out.size() && again == out);
  again.resize(out.size() - 1);
  SBC_CHECK(rtp::rewrite_rtcp(out, again, cname).reason() == Reason::packet_too_big);
}

}  // namespace sbc::fuzz
