#include "bench/calls/peers.h"

#include <algorithm>
#include <cstring>

#include "bench/calls/configuration.h"

namespace sbc::bench {
namespace {

constexpr const Endpoint sbc_toward(Side side) {
  return {side == Side::caller ? toward_callers : toward_callees, sip_port};
}
constexpr Side other(Side side) { return side == Side::caller ? Side::callee : Side::caller; }
IpAddress caller_of(CallName name) { return caller_address(name.serial % access_prefixes); }

}  // namespace

template <size_t Max>
bool Peers::Short<Max>::take(std::string_view text) {
  if (text.size() > Max) return false;
  size = uint8_t(text.size());
  std::copy(text.begin(), text.end(), bytes.begin());
  return true;
}

Peers::Peers(uint32_t calls, Outlet& outlet, uint32_t seed) : outlet_(outlet), random_(seed), places_(calls) {
  for (uint32_t i = calls; i-- > 0;) free_.push_back(i);
  up_.reserve(calls);
  for (uint16_t i = 0; i < window; ++i) free_setups_.push_back(i);
}

void Peers::begin() {
  CallName name{free_.back(), next_serial_++};
  Place& place = places_[name.place];
  free_.pop_back();
  place = {};
  place.serial = name.serial;
  place.phase = Phase::calling;
  place.setup = free_setups_.back();
  free_setups_.pop_back();
  tally_.begun();
  send_invite(name);
}

void Peers::answer(uint32_t left_ringing) {
  while (ringing_.size() > left_ringing) {
    std::swap(ringing_[random_() % ringing_.size()], ringing_.back());
    CallName name{ringing_.back(), places_[ringing_.back()].serial};
    ringing_.pop_back();
    Place& place = places_[name.place];
    place.phase = Phase::answered;
    place.awaited = 3;  // the ACK, and one RTP packet each way
    send_accepted(name, place);
  }
}

void Peers::hang_up_one() {
  uint32_t at = uint32_t(random_() % up_.size());
  CallName name{up_[at], places_[up_[at]].serial};
  std::swap(up_[at], up_.back());
  up_.pop_back();
  ++hanging_;
  Place& place = places_[name.place];
  place.phase = Phase::ending;
  place.awaited = 2;  // its 200, and the BYE to the other side
  place.ended_by = random_() % 2 ? Side::caller : Side::callee;
  tally_.hung_up(place.ended_by);
  send_in_dialog(place.ended_by, name, place, write_bye);
}

void Peers::on_datagram(Side side, const Endpoint& to, std::string_view payload) {
  datagram_ = payload;
  if (to.port != sip_port) return on_rtp(side, payload);
  if (message_.parse(payload) != Reason::none) return fault("no SIP message");
  message_.is_request() ? on_request(side, to) : on_response(side);
}

void Peers::on_request(Side side, const Endpoint& at) {
  if (message_.method() == sip::Method::invite && side == Side::callee) return on_invite(at);
  auto name = CallName::of_tag(message_.to().tag(), side);
  if (message_.method() == sip::Method::bye) {
    if (find(name, {Phase::ending})) on_bye(side, at, *name);
  } else if (message_.method() == sip::Method::ack && side == Side::callee) {
    if (Place* place = find(name, {Phase::answered})) on_ack(*name, *place);
  } else {
    fault("an unexpected request");
  }
}

void Peers::on_invite(const Endpoint& at) {
  auto name = CallName::of_numbers(message_.from().uri.user, message_.request_uri().user);
  Place* place = find(name, {Phase::calling});
  if (!place) return;
  auto media = audio_of(message_.body());
  bool taken = place->tag_for_callee.take(message_.from().tag()) &&
               place->call_id_for_callee.take(message_.call_id()) && media;
  if (!taken) return fault("an INVITE that cannot be taken");
  bool ruled = value_of("X-Plan") == plan && value_of("X-Caller") == message_.from().uri.user;
  if (!ruled) return fault("an INVITE without what header rules make");
  tally_.came(Kind::invite, Side::callee);
  place->callee = at.address;
  Setup& setup = setups_[place->setup];
  setup.media = *media;
  sip::Writer head(setup.head);
  write_response_head(head, message_);
  if (head.overflowed()) return fault("an INVITE with a long head");
  setup.head_size = uint16_t(head.written().size());
  sip::Writer trying(text_);
  write_response(trying, 100, head.written(), {}, nullptr, {});
  send(Side::callee, at.address, trying);
  std::array<char, 32> tag_text;
  sip::Writer tag(tag_text);
  name->write_tag(tag, Side::callee);
  sip::Writer ringing(text_);
  write_response(ringing, 180, head.written(), tag.written(), &at, {});
  send(Side::callee, at.address, ringing);
}

/// Of a field that no RFC names; empty where it is not there.
std::string_view Peers::value_of(std::string_view name) const {
  for (const sip::Field& field : message_.fields())
    if (field.name == name) return field.value;
  return {};
}

void Peers::on_ack(CallName name, Place& place) {
  tally_.came(Kind::ack, Side::callee);
  bool first = !place.acknowledged;
  place.acknowledged = true;
  if (first) send_rtp(Side::callee, name, place, setups_[place.setup].media);
  if (first && chance()) {  // as if it had been lost
    ++place.awaited;
    tally_.repeated(Kind::accepted, Side::callee);
    send_accepted(name, place);
  }
  come(name, place);
}

void Peers::on_bye(Side side, const Endpoint& at, CallName name) {
  Place& place = places_[name.place];
  if (place.ended_by == side) return fault("a BYE to who hung up");
  tally_.came(Kind::bye, side);
  std::array<char, 1024> head_text;
  sip::Writer head(head_text), out(text_);
  write_response_head(head, message_);
  write_response(out, 200, head.written(), {}, nullptr, {});
  send(side, at.address, out);
  if (chance()) {
    tally_.repeated(Kind::ended, side);
    send(side, at.address, out);
  }
  over(name, place);
}

void Peers::on_response(Side side) {
  auto name = CallName::of_tag(message_.from().tag(), side);
  bool invite = message_.method() == sip::Method::invite && side == Side::caller;
  if (message_.method() == sip::Method::bye && message_.status() == 200) {
    if (Place* place = find(name, {Phase::ending})) on_ended(side, *name, *place);
  } else if (invite && message_.status() == 100) {
    if (find(name, {Phase::calling})) tally_.came(Kind::trying, side);
  } else if (invite && message_.status() == 180) {
    if (Place* place = find(name, {Phase::calling, Phase::heard_again})) on_ringing(*name, *place);
  } else if (invite && message_.status() == 200) {
    if (Place* place = find(name, {Phase::answered})) on_accepted(*name, *place);
  } else {
    fault("an unexpected response");
  }
}

void Peers::on_ringing(CallName name, Place& place) {
  tally_.came(Kind::ringing, Side::caller);
  if (place.phase == Phase::calling && chance()) {
    place.phase = Phase::heard_again;
    tally_.repeated(Kind::invite, Side::caller);
    return send_invite(name);
  }
  if (!place.tag_for_caller.take(message_.to().tag())) return fault("a 180 with a long tag");
  place.phase = Phase::ringing;
  ringing_.push_back(name.place);
}

void Peers::on_accepted(CallName name, Place& place) {
  auto media = audio_of(message_.body());
  if (message_.to().tag() != place.tag_for_caller.view() || !media)
    return fault("a 200 that cannot be taken");
  if (value_of("X-Site").empty()) return fault("a 200 without what header rules make");
  tally_.came(Kind::accepted, Side::caller);
  send_in_dialog(Side::caller, name, place, write_ack);
  if (chance()) {
    tally_.repeated(Kind::ack, Side::caller);
    send_in_dialog(Side::caller, name, place, write_ack);
  }
  send_rtp(Side::caller, name, place, *media);
}

void Peers::on_ended(Side side, CallName name, Place& place) {
  if (place.ended_by != side) return fault("a 200 to a BYE that was not sent");
  tally_.came(Kind::ended, side);
  if (!place.bye_repeated && chance()) {
    place.bye_repeated = true;
    ++place.awaited;
    tally_.repeated(Kind::bye, side);
    send_in_dialog(side, name, place, write_bye);
  }
  over(name, place);
}

void Peers::on_rtp(Side side, std::string_view packet) {
  auto name = name_of_rtp(packet, other(side));
  Place* place = find(name, {Phase::answered});
  if (!place) return;
  tally_.came(Kind::rtp, side);
  come(*name, *place);
}

Peers::Place* Peers::find(const std::optional<CallName>& name, std::initializer_list<Phase> phases) {
  if (name && name->place < places_.size()) {
    Place& place = places_[name->place];
    bool fits =
        place.serial == name->serial && std::find(phases.begin(), phases.end(), place.phase) != phases.end();
    if (fits) return &place;
  }
  fault("nothing that this call waits for");
  return nullptr;
}

/// One thing more of what makes a call complete.
void Peers::come(CallName name, Place& place) {
  if (--place.awaited != 0) return;
  place.phase = Phase::up;
  free_setups_.push_back(place.setup);
  up_.push_back(name.place);
}

void Peers::over(CallName name, Place& place) {
  if (--place.awaited != 0) return;
  place.phase = Phase::free;
  --hanging_;
  free_.push_back(name.place);
}

void Peers::send(Side side, const IpAddress& own, sip::Writer& out) {
  if (out.overflowed()) return fault("an answer that is too long");
  tally_.sent_sip();
  outlet_.send(side, {own, sip_port}, sbc_toward(side), out.written());
}

void Peers::send_rtp(Side side, CallName name, const Place& place, const Endpoint& to) {
  std::array<char, rtp_bytes> packet;
  write_rtp(packet.data(), name, side);
  const IpAddress own = side == Side::caller ? caller_of(name) : place.callee;
  outlet_.send(side, {own, media_port(name)}, to, {packet.data(), packet.size()});
}

void Peers::send_invite(CallName name) {
  sip::Writer out(text_);
  write_invite(out, name, caller_of(name));
  send(Side::caller, caller_of(name), out);
}

void Peers::send_accepted(CallName name, const Place& place) {
  std::array<char, 32> tag_text;
  sip::Writer tag(tag_text);
  name.write_tag(tag, Side::callee);
  std::array<char, 512> body;
  sip::Writer sdp(body), out(text_);
  write_sdp(sdp, name, place.callee);
  const Setup& setup = setups_[place.setup];
  const Endpoint contact{place.callee, sip_port};
  write_response(out, 200, {setup.head.data(), setup.head_size}, tag.written(), &contact, sdp.written());
  send(Side::callee, place.callee, out);
}

void Peers::send_in_dialog(Side side, CallName name, const Place& place,
                           void (*write)(sip::Writer&, const DialogView&)) {
  bool caller = side == Side::caller;
  const DialogView dialog{name, side, caller ? caller_of(name) : place.callee,
                          place.call_id_for_callee.view(),
                          caller ? place.tag_for_caller.view() : place.tag_for_callee.view()};
  sip::Writer out(text_);
  write(out, dialog);
  send(side, dialog.own, out);
}

void Peers::fault(std::string_view what) {
  if (!fault_.empty()) return;
  fault_ = what;
  fault_ += ": ";
  fault_ += datagram_.substr(0, datagram_.find('\r'));
}

}  // namespace sbc::bench
