// Messages that the tests of the SIP codec start from.
#pragma once

#include <string>
#include <string_view>

namespace sbc::sip {

/// Ends every line in CRLF, so that tests can hold messages as raw strings.
inline std::string crlf(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '\n') result += '\r';
    result += c;
  }
  return result;
}

/// `text` with the first `from` replaced by `to`.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
  size_t at = text.find(from);
  return at == text.npos ? "nothing to replace" : text.replace(at, from.size(), to);
}

inline std::string add_body(std::string_view head, std::string_view body) {
  return crlf(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

/// What a desk phone sends: about 850 bytes.
inline std::string phone_invite() {
  return add_body(R"(INVITE sip:+4930123456@198.51.100.7:5060;user=phone SIP/2.0
Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK-524287-1---8f0c1d2e3f4a5b6c;rport
Max-Forwards: 70
Contact: <sip:alice@192.0.2.101:5060;transport=udp>
To: <sip:+4930123456@198.51.100.7>
From: "Alice Example" <sip:alice@198.51.100.7>;tag=9a8b7c6d
Call-ID: 84617MjE5ZDY0ZjQ3YzY5ZTM2YjRhNzQ0
CSeq: 1 INVITE
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, MESSAGE, UPDATE
Content-Type: application/sdp
Supported: replaces, timer
User-Agent: ExamplePhone 4.2.1
P-Asserted-Identity: <sip:+49301111111@example.com>
)",
                  crlf(R"(v=0
o=- 13370000000 13370000000 IN IP4 192.0.2.101
s=call
c=IN IP4 192.0.2.101
t=0 0
m=audio 49170 RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
)"));
}

/// The least that parses: one field a line, no body.
inline std::string small_request() {
  return crlf(R"(OPTIONS sip:bob@example.net SIP/2.0
Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKk3v
From: <sip:ann@example.org>;tag=77
To: <sip:bob@example.net>
Call-ID: sample-1
CSeq: 5 OPTIONS

)");
}

inline std::string small_response() {
  return crlf(R"(SIP/2.0 180 Ringing
Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKk3v
From: <sip:ann@example.org>;tag=77
To: <sip:bob@example.net>;tag=88
Call-ID: sample-1
CSeq: 5 INVITE

)");
}

}  // namespace sbc::sip
