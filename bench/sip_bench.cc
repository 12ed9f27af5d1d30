// What every SIP message pays: the Call-ID for steering, the parse, the SDP, the write for the other leg.
#include <string>

#include <benchmark/benchmark.h>

#include "dataplane/lane/steering.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sip/message.h"
#include "dataplane/sip/writer.h"

namespace sbc {
namespace {

const std::string offer =
    "v=0\r\no=alice 53655765 2353687637 IN IP4 198.51.100.10\r\ns=-\r\nc=IN IP4 198.51.100.10\r\nt=0 0\r\n"
    "m=audio 20000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
const std::string invite =
    "INVITE sip:4930123456@198.51.100.1:5060;user=phone SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 198.51.100.10:5060;branch=z9hG4bK-524287-1---7d1d4a3e3a5c1f00;rport\r\nMax-Forwards: "
    "70\r\n"
    "Contact: <sip:alice@198.51.100.10:5060;transport=UDP>\r\nTo: <sip:4930123456@198.51.100.1>\r\n"
    "From: \"Alice Example\" <sip:alice@198.51.100.1>;tag=8f3c2a1b\r\n"
    "Call-ID: 2Vd8mC3n0bqf8r2ZkQw1xA..@198.51.100.10\r\nCSeq: 1 INVITE\r\n"
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, MESSAGE, UPDATE, PRACK\r\nContent-Type: "
    "application/sdp\r\n"
    "Supported: replaces, norefersub, timer\r\nUser-Agent: Softphone 5.6\r\nContent-Length: " +
    std::to_string(offer.size()) + "\r\n\r\n" + offer;

void find_owner(benchmark::State& state) {
  Steering steering(HashKey{1, 2}, 4);
  for (auto _ : state) benchmark::DoNotOptimize(steering.owner_of(sip::find_call_id(invite)));
}
BENCHMARK(find_owner);

void parse_invite(benchmark::State& state) {
  sip::Message message;
  for (auto _ : state) benchmark::DoNotOptimize(message.parse(invite));
  if (message.parse(invite) != Reason::none) state.SkipWithError("the message is refused");
}
BENCHMARK(parse_invite);

void parse_sdp(benchmark::State& state) {
  sdp::Session session;
  for (auto _ : state) benchmark::DoNotOptimize(session.parse(offer));
  if (session.parse(offer) != Reason::none) state.SkipWithError("the offer is refused");
}
BENCHMARK(parse_sdp);

void write_all_fields(benchmark::State& state) {
  sip::Message message;
  if (message.parse(invite) != Reason::none) state.SkipWithError("the message is refused");
  std::array<char, 4096> out;
  for (auto _ : state) {
    sip::Writer writer(out);
    writer.request_line(message.method_text(), message.request_uri_text());
    for (const sip::Field& field : message.fields()) {
      if (field.id != sip::Header::content_length) writer.header(field.name, field.value);
    }
    writer.body(message.body());
    benchmark::DoNotOptimize(writer.written().size());
  }
}
BENCHMARK(write_all_fields);

}  // namespace
}  // namespace sbc
