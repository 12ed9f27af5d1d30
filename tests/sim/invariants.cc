#include "tests/sim/invariants.h"

#include <algorithm>

#include "dataplane/sdp/crypto.h"
#include "dataplane/sdp/session.h"
#include "tests/sim/topology.h"
#include "tests/sim/violation.h"

namespace sbc::sim {
namespace {

Party party_of(RealmId realm) { return 1'000'000u + index_of(realm); }

bool is_trunk_peer(const IpAddress& address) {
  const auto peers = trunk_peers();
  return std::any_of(peers.begin(), peers.end(),
                     [&](const Peer& peer) { return peer.endpoint.address == address; });
}

/// Media that a trunk's peer has told another one's of its own address: who may release it is nobody else.
bool is_released(const Transport& transport, const IpAddress& media) {
  return is_trunk_peer(transport.remote.address) && is_trunk_peer(media);
}

/// Less the c= lines that name such media.
std::string without_released(const Transport& transport, std::string_view bytes) {
  std::string left(bytes);
  for (const Peer& peer : trunk_peers()) {
    if (!is_released(transport, peer.endpoint.address)) continue;
    const IpAddress& address = peer.endpoint.address;
    const std::string line =
        std::string("\r\nc=IN ") + (address.is_v4() ? "IP4 " : "IP6 ") + address.text() + "\r\n";
    for (size_t at; (at = left.find(line)) != left.npos;) left.erase(at, line.size() - 2);
  }
  return left;
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string key;
  for (std::string_view part : parts) key.append(part).push_back('\n');
  return key;
}

/// Of a request inside a dialog, however often it comes.
std::string name_of(const sip::Message& request) {
  return joined({request.call_id(), request.from().tag(), std::to_string(request.cseq().number)});
}

/// The third word of o=.
std::string_view version_in(std::string_view origin) {
  for (int word = 0; word < 2; ++word) {
    size_t space = origin.find(' ');
    if (space == origin.npos) return {};
    origin.remove_prefix(space + 1);
  }
  return origin.substr(0, origin.find(' '));
}

}  // namespace

Invariants::Invariants(const config::Model& model, const Network& network, const MediaModel& media,
                       Secrets& secrets)
    : model_(model), network_(network), media_(media), secrets_(secrets) {
  for (size_t i = 0; i < model_.realms.size(); ++i) {
    for (const config::InterfaceAddress& own : model_.realms[i].addresses) {
      secrets_.add(own.address.text(), party_of(RealmId(i)));
    }
  }
}

void Invariants::introduce(RealmId realm, const Endpoint& at, Party party, Party group) {
  readers_[{realm, at}] = {party, group};
}

void Invariants::on_send(Instant now, const Transport& transport, std::string_view bytes, bool stateless) {
  check_path(transport);
  sip::Message message;
  Reason reason = message.parse(bytes);
  expect(reason == Reason::none, "a message that leaves does not parse",
         std::string(text_of(reason)) + "\n" + std::string(bytes));
  check_secrecy(transport, message);
  if (message.is_request()) {
    check_request(transport, message);
  } else {
    check_response(now, transport, message, stateless);
  }
  const bool has_another_body =
      message.method() == sip::Method::notify || message.method() == sip::Method::info;
  if (!message.body().empty() && !has_another_body) check_sdp(transport, message);
}

void Invariants::check_path(const Transport& transport) const {
  expect(index_of(transport.realm) < model_.realms.size(),
         "a message leaves into a realm that does not exist");
  const std::vector<Endpoint>& listeners = model_.realms[index_of(transport.realm)].listeners;
  expect(std::find(listeners.begin(), listeners.end(), transport.local) != listeners.end(),
         "a message leaves from an address that is none of the realm's listeners", transport.local.text());
  expect(network_.has(transport.realm, transport.remote), "a message goes to nobody in its realm",
         transport.remote.text());
}

void Invariants::check_secrecy(const Transport& transport, const sip::Message& message) {
  auto readers = readers_.find({transport.realm, transport.remote});
  expect(readers != readers_.end(), "a message goes to somebody who was never introduced",
         transport.remote.text());
  const Party allowed[] = {readers->second.party, readers->second.group, party_of(transport.realm)};
  const std::string shown = without_released(transport, message.bytes());
  std::string_view leak = secrets_.leak_in(shown, allowed);
  expect(leak.empty(), "a word of another party crosses the border",
         std::string(leak) + " in\n" + std::string(message.bytes()));
  remember_words(message, readers->second.group);
}

void Invariants::remember_words(const sip::Message& message, Party group) {
  std::string_view branch = message.top_via().branch;
  if (!message.is_request()) {
    secrets_.add(message.to().tag(), group);
    return;
  }
  secrets_.add(message.call_id(), group);
  secrets_.add(message.call_id().substr(0, message.call_id().find('@')), group);
  secrets_.add(message.from().tag(), group);
  if (branch.starts_with("z9hG4bK")) secrets_.add(branch.substr(7), group);
}

void Invariants::check_request(const Transport& transport, const sip::Message& request) {
  const sip::Via& via = request.top_via();
  expect(via.has_magic_cookie(), "a request's branch lacks the magic cookie (RFC 3261 8.1.1.7)");
  expect(via.host == host_text(transport.local.address),
         "a request's Via does not name where it leaves from");
  expect(request.max_forwards().has_value(), "a request lacks Max-Forwards (RFC 3261 8.1.1.6)");
  expect(std::count_if(request.fields().begin(), request.fields().end(),
                       [](const sip::Field& field) { return field.id == sip::Header::via; }) == 1,
         "a request shows more than our own Via");
  if (request.method() == sip::Method::invite) check_contact(transport, request);
  if (request.method() == sip::Method::cancel) {
    expect(heard_.contains(std::string(via.branch)), "a CANCEL precedes any response (RFC 3261 9.1)");
    return;
  }
  if (request.method() == sip::Method::ack) return;
  if (request.method() == sip::Method::info) {
    infos_sent_.insert(name_of(request));
    check_digits();
  }
  Sequence& sequence = sequences_[joined(
      {transport.remote.text(), request.call_id(), request.from().tag(), request.to().tag()})];
  auto [at, fresh] = sequence.try_emplace(request.cseq().number, via.branch);
  expect(at->second == via.branch, "two requests of a dialog carry the same CSeq number (RFC 3261 12.2.1.1)",
         std::string(request.bytes()));
  expect(!fresh || std::next(at) == sequence.end(), "a request's CSeq is lower than an earlier one's",
         std::string(request.bytes()));
}

void Invariants::on_receive(const sip::Message& message) {
  if (!message.is_request()) heard_.emplace(message.top_via().branch);
  if (message.is_request() && message.method() == sip::Method::info) infos_heard_.insert(name_of(message));
}

void Invariants::on_digit_played() {
  ++digits_played_;
  check_digits();
}

/// Each INFO has one at most.
void Invariants::check_digits() const {
  expect(digits_played_ + infos_sent_.size() <= digits_told_ + infos_heard_.size(),
         "a digit arrives more often than it was sent");
}

/// A request that comes after Timer J meets nobody who remembers it (RFC 3261 17.2.2).
void Invariants::check_response(Instant now, const Transport& transport, const sip::Message& response,
                                bool stateless) {
  if (response.cseq().method == sip::Method::invite && response.status() / 100 == 2) {
    check_contact(transport, response);
  }
  Answered& answered = answered_[joined(
      {transport.remote.text(), response.call_id(), response.top_via().branch, response.cseq().method_text})];
  const bool over = now - answered.at >= 64 * model_.timers.t1;
  expect(answered.status < 200 || answered.status == response.status() || over,
         "a response follows another final response of the same transaction",
         std::to_string(answered.status) + ", then\n" + std::string(response.bytes()));
  if (!stateless && answered.status != response.status()) answered = {response.status(), now};
}

void Invariants::check_contact(const Transport& transport, const sip::Message& message) const {
  const sip::Field* field = message.find(sip::Header::contact);
  sip::NameAddr contact;
  expect(field != nullptr && sip::parse_name_addr(field->value, contact) == Reason::none,
         "an INVITE or its 2xx has no Contact", std::string(message.bytes()));
  expect(contact.uri.address() == transport.local.address,
         "a Contact does not lead back to where it left from", std::string(message.bytes()));
}

/// The ACK that brings an answer is repeated for as long as the 2xx is (RFC 3261 13.2.2.4), also when its
/// call is over; then its ports rest, and nobody else has them yet.
void Invariants::check_port(RealmId realm, const Endpoint& advertised, Described& described,
                            bool may_rest) const {
  MediaModel::Joined joined = media_.find(realm, advertised);
  if (joined.relay == nullptr) {
    expect(may_rest, "SDP advertises a port on which no relay is installed", advertised.text());
    return;
  }
  if (described.token == 0) described.token = joined.relay->token;
  expect(described.token == joined.relay->token, "SDP advertises a port that serves another call",
         advertised.text());
}

/// A side that is told keys of ours speaks SRTP, and what we send there has one of them; and who is told
/// none, does not. What the peers encrypt between them has no keys of ours.
void Invariants::check_keys(RealmId realm, const Endpoint& advertised,
                            std::span<const sdp::Line> lines) const {
  const MediaModel::Joined joined = media_.find(realm, advertised);
  if (joined.relay == nullptr) return;
  const media::SideKeys& keys = joined.relay->keys[joined.side == &joined.relay->sides[0] ? 0 : 1];
  bool told = false, known = false;
  for (const sdp::Line& line : lines) {
    if (!line.is(sdp::AttributeName::crypto)) continue;
    const auto crypto = sdp::parse_crypto(line.attribute_value());
    expect(crypto.has_value(), "a key that leaves cannot be read");
    std::string_view rest = crypto->keys;
    srtp::MasterKey key;
    const auto bytes = std::span(key.bytes).first(sdp::key_size_of(crypto->suite));
    expect(sdp::decode_key(sdp::take_key(rest)->text, bytes), "a key that leaves has another size");
    told = true;
    known |= key.bytes == keys.send.bytes;
  }
  const bool sealed = joined.relay->seal != media::Seal::none;
  expect(!sealed || (keys_cross(model_) && !keys.secured), "media is sealed, and we have a key for it");
  if (keys_cross(model_) && !keys.secured) return;
  expect(told == keys.secured, told ? "SDP has keys, and media none" : "media has keys, and SDP none");
  expect(!told || keys.send.is_none() || known, "media is sent with another key than SDP has");
}

/// Who has its digits by INFO alone is told of no telephone-events, while the other side's are told of; and
/// who can be sent some, of them alone. Where keys are offered that cross, digits are left alone from then
/// on.
void Invariants::check_events(RealmId realm, const Endpoint& advertised,
                              std::span<const sdp::Line> lines) const {
  const MediaModel::Joined joined = media_.find(realm, advertised);
  if (joined.relay == nullptr) return;
  const bool sealed = std::any_of(lines.begin(), lines.end(),
                                  [](const sdp::Line& line) { return line.is(sdp::AttributeName::crypto); });
  if (sealed && keys_cross(model_)) return;
  const bool told = std::any_of(lines.begin(), lines.end(), [](const sdp::Line& line) {
    return line.is(sdp::AttributeName::rtpmap) && line.value.find("telephone-event") != line.value.npos;
  });
  expect(!told || !joined.other->tells_digits, "who gets digits by INFO is told of telephone-events");
  expect(told || joined.side->event_type == media::no_event_type,
         "who can be sent telephone-events is not told of them any more");
}

/// Versions count in each dialog (RFC 3264 8). What an INVITE offers is the first of every fork's.
Invariants::Described& Invariants::described_as(const Transport& transport, const sip::Message& message,
                                                std::string_view version) {
  const std::string_view peer = message.is_request() ? message.to().tag() : message.from().tag();
  const auto offered = described_.find(joined({message.call_id(), transport.remote.text(), {}, version}));
  if (offered != described_.end()) return offered->second;
  return described_[joined({message.call_id(), transport.remote.text(), peer, version})];
}

void Invariants::check_sdp(const Transport& transport, const sip::Message& message) {
  sdp::Session session;
  expect(session.parse(message.body()) == Reason::none, "SDP that leaves cannot be read",
         std::string(message.body()));
  Described& described = described_as(transport, message, version_in(session.origin()));
  const bool may_rest = message.method() == sip::Method::ack && !described.text.empty();
  // Of an attempt that has failed: its provisional response comes again as long as that of the next does not.
  const bool is_repeated = !described.text.empty() && !message.is_request() && message.status() < 200;
  if (described.text.empty()) described.text = message.body();
  expect(described.text == message.body(), "SDP changed without a new version (RFC 3264 8)",
         described.text + "\nthen\n" + std::string(message.body()));
  for (const sdp::Media& media : session.media()) {
    if (media.port == 0 || is_released(transport, media.address)) continue;
    check_port(transport.realm, {media.address, media.port}, described, may_rest);
    if (!is_repeated) check_keys(transport.realm, {media.address, media.port}, session.lines_of(media));
    check_events(transport.realm, {media.address, media.port}, session.lines_of(media));
    if (!media.is_rtp() || media.rtcp_mux) continue;
    const int rtcp = media.rtcp_port != 0 ? media.rtcp_port : media.port + 1;
    check_port(transport.realm, {media.address, uint16_t(rtcp)}, described, may_rest);
  }
}

void Invariants::on_cdr(const call::CallRecord& record) {
  expect(record.id != 0, "a CDR has no call id");
  expect(record.begun <= record.ended, "a CDR ends before it begins");
  if (record.ringing.ns != 0) expect(record.begun <= record.ringing, "a CDR rings before it begins");
  if (record.answered.ns != 0) {
    expect(record.begun <= record.answered && record.answered <= record.ended,
           "a CDR is answered outside its call");
    expect(record.status / 100 == 2, "a CDR is answered but its status is no 2xx",
           std::to_string(record.status));
  } else {
    expect(record.status == 0 || record.status >= 300, "a CDR has a 2xx but no time of answer");
  }
  expect(record.releaser != call::Releaser::nobody, "a CDR names nobody who ended the call");
  expect(std::none_of(cdrs_.begin(), cdrs_.end(),
                      [&](const call::CallRecord& other) { return other.id == record.id; }),
         "a call has two CDRs");
  cdrs_.push_back(record);
}

}  // namespace sbc::sim
