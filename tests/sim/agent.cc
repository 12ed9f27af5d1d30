#include "tests/sim/agent.h"

#include <algorithm>
#include <utility>

#include "tests/sim/host.h"
#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

constexpr const char* suite = "AES_CM_128_HMAC_SHA1_80";
constexpr size_t key_letters = 40;

}  // namespace

Agent::Agent(Host& host, Conduct conduct, Dice dice)
    : host_(host), conduct_(std::move(conduct)), dice_(dice) {
  local_tag_ = new_token(6);
  description_ = {.user = host.name(),
                  .media = {host.own().address, host.next_media_port()},
                  .formats = conduct_.formats,
                  .chatty = conduct_.chatty};
  if (!conduct_.shows.empty()) description_.more = {{conduct_.shows, host_.next_media_port()}};
  if (conduct_.srtp) draw_key();
  after(patience, [this] { lose_patience(); });
  if (conduct_.crash_after) after(*conduct_.crash_after, [this] { crash(); });
}

Instant Agent::now() const { return host_.scene().clock.now(); }

void Agent::after(Duration delay, std::function<void()> task) {
  host_.scene().clock.after(delay, [this, task = std::move(task)] {
    if (!crashed_) task();
  });
}

void Agent::send(const std::string& bytes) { host_.send(bytes); }

std::string Agent::new_token(size_t length) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string token = host_.name() + "-";
  for (size_t i = 0; i < length; ++i) token += letters[dice_.below(letters.size())];
  return token;
}

std::string Agent::contact() const {
  return "Contact: <sip:" + host_.name() + "@" + host_.own().text() + ">\r\nAllow: INVITE, ACK, BYE" +
         (conduct_.takes_update ? ", UPDATE\r\n" : "\r\n");
}

std::string Agent::chatter() const {
  if (!conduct_.chatty) return {};
  const std::string at = host_text(host_.own().address);
  return "User-Agent: " + host_.name() + "/1.0\r\nServer: " + host_.name() + "\r\nWarning: 304 " + at +
         " \"said by " + host_.name() + "\"\r\nP-Charging-Vector: icid-value=" + host_.name() +
         "@x;icid-generated-at=" + at + ";orig-ioi=" + host_.name() + "\r\nSession-ID: " + host_.name() +
         "\r\nReason: SIP;cause=480;text=\"" + host_.name() + "\"\r\nCall-Info: <http://" + at + "/" +
         host_.name() + ">\r\nP-Asserted-Identity: <sip:49301000@" + at +
         ">\r\nHistory-Info: <sip:49301000@" + at + "?Reason=SIP%3Bcause%3D302%3Btext%3D" + host_.name() +
         ">;index=1, <sip:49301001@" + at + ">;index=1.1;rc=" + host_.name() +
         "\r\nX-Origin: " + host_.name() + "@" + at + "\r\n";
}

void Agent::draw_key() {
  static constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  key_.clear();
  for (size_t i = 0; i < key_letters; ++i) key_ += letters[dice_.below(letters.size())];
  if (!host_.scene().keys_cross) host_.scene().secrets.add(key_, host_.group());
}

/// RFC 4568. Tag 0: without a key.
void Agent::protect(const std::string& protocol, uint32_t tag) {
  if (tag != 0 && conduct_.rekeys) draw_key();
  description_.protocol = protocol;
  description_.crypto =
      tag == 0 ? std::string() : std::to_string(tag) + " " + suite + " inline:" + key_ + "|2^31";
}

std::string Agent::own_sdp() {
  protect(conduct_.srtp && conduct_.needs_srtp ? "RTP/SAVP" : "RTP/AVP", conduct_.srtp);
  return sdp_text(description_);
}

std::string Agent::own_answer() {
  if (remote_direction_ == "sendonly") {
    description_.direction = "recvonly";
  } else if (remote_direction_ == "recvonly") {
    description_.direction = "sendonly";
  } else {
    description_.direction = remote_direction_ == "inactive" ? "inactive" : "sendrecv";
  }
  protect(remote_protection_.protocol, conduct_.srtp ? remote_protection_.tag : 0);
  return sdp_text(description_);
}

void Agent::take_sdp(std::string_view sdp) {
  remote_direction_ = direction_of(sdp);
  expect(!remote_direction_.empty(), "SDP from the border cannot be read", std::string(sdp));
  take_streams(sdp);
  remote_protection_ = protection_of(sdp, suite);
  remote_media_ = media_of(sdp);  // none where the stream is refused
  start_talking();
}

/// RFC 3264 6, 8: each stream keeps its place, and what either end refuses is off.
void Agent::take_streams(std::string_view sdp) {
  const std::vector<Stream> seen = streams_of(sdp);
  expect(seen.size() > description_.more.size(), "SDP from the border leaves a stream out (RFC 3264 8)",
         std::string(sdp));
  description_.has_audio = seen.front().port != 0;
  for (size_t i = 1; i < seen.size(); ++i) {
    const Stream& theirs = seen[i];
    if (i <= description_.more.size()) {
      if (theirs.port == 0) description_.more[i - 1].port = 0;
      agreed_more_ |= description_.more[i - 1].port != 0;
      continue;
    }
    Stream& ours = description_.more.emplace_back(theirs);
    const bool plain = theirs.protocol == "RTP/AVP" || theirs.protocol == "udptl";
    const bool taken = plain && theirs.port != 0 && conduct_.takes.find(theirs.kind) != std::string::npos;
    ours.port = taken ? host_.next_media_port() : 0;
    ours.protocol = theirs.protocol.substr(0, theirs.protocol.find(' '));
  }
}

void Agent::start_talking() {
  if (!conduct_.talks || stage_ != Stage::confirmed || remote_media_.port == 0) return;
  if (talking_to_ == remote_media_) return;
  if (talking_to_.port != 0) host_.scene().media.silence(host_.realm(), talking_to_);
  talking_to_ = remote_media_;
  host_.scene().media.talk(host_.realm(), description_.media, talking_to_);
}

void Agent::confirm() {
  if (stage_ != Stage::inviting) return;
  stage_ = Stage::confirmed;
  was_confirmed_ = true;
  start_talking();
  if (conduct_.hang_up_after) after(*conduct_.hang_up_after, [this] { hang_up(); });
  for (const Reoffer& reoffer : conduct_.reoffers) {
    after(reoffer.after, [this, reoffer] { send_offer(reoffer); });
  }
  for (const Errand& errand : conduct_.errands) {
    after(errand.after, [this, errand] { send_in_dialog(errand); });
  }
  for (const Transfer& transfer : conduct_.transfers) {
    after(transfer.after, [this, transfer] { send_refer(transfer); });
  }
}

void Agent::finish() {
  stage_ = Stage::over;
  if (talking_to_.port != 0) host_.scene().media.silence(host_.realm(), talking_to_);
}

void Agent::crash() {
  crashed_ = true;
  finish();
}

void Agent::lose_patience() {
  if (stage_ == Stage::over) return;
  ++host_.scene().forgotten;
  host_.scene().ladder.note(now(), host_.name() + " was forgotten: " + story_);
  hang_up();
  for (Taken& taken : taken_) {
    if (taken.initial && taken.status < 200) respond(taken, 480, {}, {});
  }
}

void Agent::hang_up() {
  if (crashed_ || stage_ != Stage::confirmed) return;
  stage_ = Stage::leaving;
  ask("BYE", {}, {});
}

void Agent::send_offer(const Reoffer& reoffer) {
  if (crashed_ || stage_ != Stage::confirmed || asks_invite()) return;
  last_reoffer_ = reoffer;
  before_offer_ = description_;
  change(reoffer);
  const bool by_update = reoffer.by_update;
  ask(by_update ? "UPDATE" : "INVITE", contact() + chatter(),
      reoffer.carries_offer || by_update ? own_sdp() : std::string());
}

void Agent::change(const Reoffer& reoffer) {
  ++description_.version;
  description_.direction = reoffer.direction;
  description_.no_address = reoffer.no_address;
  if (!reoffer.carries_offer && !reoffer.by_update) return;
  if (reoffer.moves) description_.media.port = host_.next_media_port();
  if (reoffer.removes == "audio") description_.has_audio = false;
  for (Stream& stream : description_.more) {
    if (stream.kind == reoffer.removes) stream.port = 0;
  }
  if (reoffer.adds == "audio") {
    description_.has_audio = true;
  } else if (!reoffer.adds.empty()) {
    description_.more.push_back({reoffer.adds, host_.next_media_port()});
  }
}

void Agent::settle_early(const std::string& tag, const std::string& target) {
  early_tag_ = tag;
  early_tags_.insert(tag);
  if (!conduct_.early_offer || !conduct_.takes_update) return;
  after(*conduct_.early_offer, [this, tag, target] {
    if (stage_ != Stage::inviting || final_status_ != 0 || early_tag_ != tag || asks_invite()) return;
    ++description_.version;
    const std::string before = std::exchange(target_, target), no_tag = std::exchange(remote_tag_, tag);
    ask("UPDATE", contact() + chatter(), own_sdp());
    target_ = before;
    remote_tag_ = no_tag;
  });
}

void Agent::send_in_dialog(const Errand& errand) {
  if (crashed_ || stage_ != Stage::confirmed) return;
  const uint32_t last = cseq_;
  if (errand.stale) cseq_ -= 2;
  ask(errand.method, contact() + errand.more, errand.body);
  if (errand.stale) cseq_ = last;
}

void Agent::on_reinvite_refused(const Asked&, int status) {
  if (stage_ != Stage::confirmed) return;
  description_.media = before_offer_.media;  // the session is as it was (RFC 3261 14.1)
  description_.has_audio = before_offer_.has_audio;
  description_.more = before_offer_.more;
  if (status == 408 || status == 481) {  // RFC 3261 12.2.1.2
    hang_up();
    return;
  }
  if (status != 491 || reoffer_retries_ == 3) return;
  ++reoffer_retries_;
  bool owner = cseq_ > 0 && taken_.empty();  // who made the Call-ID waits longer (RFC 3261 14.1)
  Duration wait = owner ? dice_.between(2100ms, 4s) : dice_.between(0ms, 2s);
  after(wait, [this] { send_offer(last_reoffer_); });
}

bool Agent::asks_invite() const {
  return std::any_of(asked_.begin(), asked_.end(), [](const Asked& asked) {
    const bool offers = asked.method == "INVITE" || (asked.method == "UPDATE" && asked.offered);
    return offers && !asked.initial && asked.status < 200 && !asked.done;
  });
}

bool Agent::knows_branch(std::string_view branch) const {
  return std::any_of(taken_.begin(), taken_.end(),
                     [&](const Taken& taken) { return taken.branch == branch; });
}

std::string Agent::received(const std::string& kind) const {
  for (auto message = received_.rbegin(); message != received_.rend(); ++message) {
    if (message->starts_with(kind + " ") || message->starts_with("SIP/2.0 " + kind + " ")) return *message;
  }
  return {};
}

}  // namespace sbc::sim
