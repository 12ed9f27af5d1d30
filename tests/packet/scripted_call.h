// ScriptedCall: a phone in the access realm and a PBX in the core realm that place one call through a Border.
#pragma once

#include "tests/packet/border.h"

namespace sbc::packet {

/// The value of a header in a message, by its full name; empty when absent.
std::string header_of(const std::string& message, const std::string& name);
/// What stands behind `m=audio `: the port.
uint16_t audio_port_of(const std::string& message);
/// The same message without its body and Content headers, and with another start line: enough for a response.
std::string response_to(const std::string& request, int status, const std::string& to_tag,
                        const std::string& more, const std::string& body);
std::string audio_offer(const IpAddress& address, uint16_t port);
std::string rtp_packet(uint16_t sequence, uint8_t payload_type = 8, uint32_t ssrc = 0x1234);

struct ScriptedCall {
  explicit ScriptedCall(Border& border, std::string call_id = "one@198.51.100.10");

  /// INVITE, 180, 200, ACK; afterwards the media ports are known.
  void establish();
  void hang_up_by_caller();

  std::string invite() const;
  /// From the phone's SIP port to ours.
  void from_phone(const std::string& message);
  void from_pbx(const std::string& message);
  /// The only SIP message that left toward the phone, or toward the PBX, since the last look.
  std::string to_phone() { return the_one(access); }
  std::string to_pbx() { return the_one(core); }
  std::string the_one(RealmId realm);

  Border& border;
  std::string call_id;
  IpAddress phone_address = phone;
  IpAddress us_address = access_us;
  IpAddress media_address;  // in the phone's SDP; none: the phone's own
  std::vector<Out> seen;
  std::string invite_at_pbx, ok_at_phone;
  uint16_t port_for_phone = 0, port_for_pbx = 0;  // ours, where each side sends its audio
};

}  // namespace sbc::packet
