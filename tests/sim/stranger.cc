#include "tests/sim/stranger.h"

#include <cstdio>
#include <cstdlib>

namespace sbc::sim {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  size_t at = text.find(what);
  if (at != text.npos) text.replace(at, what.size(), with);
  return text;
}

}  // namespace

Stranger::Stranger(World& world, const Endpoint& at, const Host* listened_to)
    : world_(world),
      own_(at),
      border_(border_endpoint(access_realm, at.address.family())),
      dice_(world.dice().split()) {
  const Party party = world.new_party();
  char name[16];
  std::snprintf(name, sizeof name, "zqhost%02u", party);
  name_ = name;
  world_.scene().secrets.add(name_, party);
  world_.scene().secrets.add(own_.address.text(), party);
  world_.invariants().introduce(access_realm, own_, party,
                                listened_to != nullptr ? listened_to->party() : party);
  world_.network().attach(access_realm, own_, [this](const Packet& packet) {
    if (!packet.bytes.starts_with("SIP/2.0 ")) return;
    ++answered_;
    ++by_status_[std::atoi(packet.bytes.c_str() + 8)];
  });
}

std::string Stranger::request(const std::string& method, const std::string& uri, const std::string& extra,
                              const std::string& body) {
  const std::string id = name_ + "-" + std::to_string(++asked_);
  return with_body(method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + own_.text() +
                       ";rport;branch=z9hG4bK" + id + "\r\nMax-Forwards: 70\r\nFrom: <sip:1@" +
                       host_text(own_.address) + ">;tag=" + id + "\r\nTo: <" + uri + ">\r\nCall-ID: " + id +
                       "\r\nCSeq: 7 " + method + "\r\nContact: <sip:" + own_.text() + ">\r\n" + extra,
                   body);
}

void Stranger::send(const std::string& bytes) { world_.network().send({access_realm, own_, border_, bytes}); }

unsigned Stranger::answers(int status) const {
  auto found = by_status_.find(status);
  return found == by_status_.end() ? 0 : found->second;
}

void Stranger::send_anything() { send(spoilt(dice_.below(24))); }

std::string Stranger::spoilt(uint64_t how) {
  const std::string uri = "sip:1555@" + host_text(border_.address);
  const std::string sdp = sdp_text({.user = name_, .media = {own_.address, 50000}});
  const std::string invite = request("INVITE", uri, {}, sdp);
  switch (how) {
    case 0:
      return request("OPTIONS", uri);
    case 1:
      return request("FROBNICATE", uri);
    case 2:
      return request("REGISTER", uri);
    case 3:
      return replaced(request("BYE", uri), ">\r\nCall-ID", ">;tag=nobody\r\nCall-ID");
    case 4:
      return request("CANCEL", uri);
    case 5:
      return replaced(request("ACK", uri), ">\r\nCall-ID", ">;tag=nobody\r\nCall-ID");
    case 6:
      return replaced(invite, "Max-Forwards: 70", "Max-Forwards: 0");
    case 7:
      return request("INVITE", uri, "Require: teleportation\r\n", sdp);
    case 8:
      return request("INVITE", "tel:+15551234", {}, sdp);
    case 9:
      return request("INVITE", "http://example.com", {}, sdp);
    case 10:
      return replaced(invite, "application/sdp", "text/plain");
    case 11:
      return replaced(invite, "SIP/2.0\r\nVia", "SIP/3.0\r\nVia");
    case 12:
      return replaced(invite, "CSeq: 7 INVITE", "CSeq: 7 OPTIONS");
    case 13:
      return replaced(invite, "Content-Length: ", "Content-Length: 9");
    case 14:
      return replaced(invite, "Call-ID", "X-Call");
    case 15:
      return replaced(invite, "Call-ID", "From: <sip:x@y>;tag=z\r\nCall-ID");
    case 16:
      return replaced(invite, "\r\nContact", "\r\nX-Long: " + std::string(5000, 'x') + "\r\nContact");
    case 17:
      return replaced(invite, "\r\nContact", "\nContact");
    case 18:
      return invite.substr(0, dice_.below(invite.size()));
    case 19:
      return "\r\n\r\n";
    case 20: {
      std::string noise(1 + dice_.below(200), ' ');
      for (char& c : noise) c = char(dice_.below(256));
      return noise;
    }
    case 21:
      return replaced(replaced(request("OPTIONS", uri), "OPTIONS " + uri + " SIP/2.0", "SIP/2.0 200 OK"),
                      ">\r\nCall-ID", ">;tag=nobody\r\nCall-ID");
    case 22:
      return replaced(invite, "To: <" + uri + ">", "To: <" + uri + ">;tag=nobody");
    default:
      return replaced(invite, "m=audio 50000", "m=audio 0");
  }
}

}  // namespace sbc::sim
