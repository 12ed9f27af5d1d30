#include "tests/sim/wording.h"

#include <algorithm>

#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/session.h"
#include "dataplane/sip/writer.h"

namespace sbc::sim {

namespace {

std::string stream_text(const Stream& stream, const std::string& direction) {
  const bool image = stream.kind == "image";
  std::string text = "m=" + stream.kind + " " + std::to_string(stream.port) + " " + stream.protocol +
                     (image ? " t38\r\n" : " 99\r\na=rtpmap:99 H264/90000\r\n");
  return image ? text : text + "a=" + direction + "\r\n";
}

}  // namespace

std::string sdp_text(const Description& description) {
  const std::string address = description.media.address.text();
  const std::string net = description.media.address.is_v4() ? "IN IP4 " : "IN IP6 ";
  const std::string port = std::to_string(description.has_audio ? description.media.port : 0);
  const std::string rtcp = std::to_string(description.media.port + 1);
  std::string sdp = "v=0\r\no=" + description.user + " 20518 " + std::to_string(description.version) + " " +
                    net + address +
                    "\r\ns=-\r\nc=" + (description.no_address ? "IN IP4 0.0.0.0" : net + address) +
                    "\r\nt=0 0\r\nm=audio " + port + " " + description.protocol + " " + description.formats +
                    "\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
                    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";
  if (description.chatty) {
    sdp += "a=rtcp:" + rtcp + " " + net + address + "\r\na=ice-ufrag:" + description.user +
           "\r\na=ice-pwd:" + description.user + "0123456789012345\r\na=candidate:1 1 UDP 2130706431 " +
           address + " " + port + " typ host\r\n";
  }
  if (!description.crypto.empty()) sdp += "a=crypto:" + description.crypto + "\r\n";
  sdp += "a=" + description.direction + "\r\n";
  for (const Stream& stream : description.more) sdp += stream_text(stream, description.direction);
  return sdp;
}

std::vector<Stream> streams_of(std::string_view sdp) {
  sdp::Session session;
  if (session.parse(sdp) != Reason::none) return {};
  std::vector<Stream> streams;
  for (const sdp::Media& media : session.media()) {
    const auto lines = session.lines_of(media);
    const bool keyed = std::any_of(lines.begin(), lines.end(),
                                   [](const sdp::Line& line) { return line.is(sdp::AttributeName::crypto); });
    streams.push_back(
        {std::string(media.kind), media.port, std::string(media.protocol) + (keyed ? " keyed" : "")});
  }
  return streams;
}

Protected protection_of(std::string_view sdp, std::string_view suite) {
  sdp::Session session;
  if (session.parse(sdp) != Reason::none || session.media().empty()) return {};
  const sdp::Media& first = session.media().front();
  Protected result{std::string(first.protocol)};
  for (const sdp::Line& line : session.lines_of(first)) {
    const auto crypto =
        line.is(sdp::AttributeName::crypto) ? sdp::parse_crypto(line.attribute_value()) : std::nullopt;
    if (crypto && crypto->suite_text == suite) result.tag = crypto->tag;
  }
  return result;
}

size_t keys_in(std::string_view sdp) {
  sdp::Session session;
  if (session.parse(sdp) != Reason::none || session.media().empty()) return 0;
  const auto lines = session.lines_of(session.media().front());
  return size_t(std::count_if(lines.begin(), lines.end(),
                              [](const sdp::Line& line) { return line.is(sdp::AttributeName::crypto); }));
}

std::string sip_body(const std::string& message) {
  size_t end = message.find("\r\n\r\n");
  return end == message.npos ? std::string() : message.substr(end + 4);
}

Endpoint media_of(std::string_view sdp) {
  sdp::Session session;
  if (session.parse(sdp) != Reason::none || session.media().empty()) return {};
  const sdp::Media& first = session.media().front();
  return first.port == 0 ? Endpoint{} : Endpoint{first.address, first.port};
}

std::string_view direction_of(std::string_view sdp) {
  sdp::Session session;
  if (session.parse(sdp) != Reason::none || session.media().empty()) return {};
  switch (session.media().front().direction) {
    case sdp::Direction::sendrecv:
      return "sendrecv";
    case sdp::Direction::sendonly:
      return "sendonly";
    case sdp::Direction::recvonly:
      return "recvonly";
    case sdp::Direction::inactive:
      return "inactive";
  }
  return {};
}

std::string with_body(std::string head, std::string_view body) {
  const bool typed = head.find("\r\nContent-Type: ") != head.npos;
  if (!body.empty() && !typed) head += "Content-Type: application/sdp\r\n";
  head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  head += body;
  return head;
}

std::string response_head(const sip::Message& request, int status, std::string_view tag) {
  std::string head = "SIP/2.0 " + std::to_string(status) + " ";
  head += status == 100 ? "Trying" : sip::phrase_of(status);
  head += "\r\n";
  for (const sip::Field& field : request.fields()) {
    if (field.id == sip::Header::via) head.append("Via: ").append(field.value).append("\r\n");
  }
  head.append("From: ").append(request.value(sip::Header::from)).append("\r\n");
  head.append("To: ").append(request.value(sip::Header::to));
  if (status != 100 && request.to().tag().empty()) head.append(";tag=").append(tag);
  head.append("\r\nCall-ID: ").append(request.call_id());
  head.append("\r\nCSeq: ").append(request.value(sip::Header::cseq)).append("\r\n");
  return head;
}

}  // namespace sbc::sim
