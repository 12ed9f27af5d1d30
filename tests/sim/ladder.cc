#include "tests/sim/ladder.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <sstream>

#include "dataplane/sip/message.h"
#include "tests/sim/wording.h"

namespace sbc::sim {
namespace {

/// Where there is more than audio: "audio + no video".
std::string told_streams(std::string_view sdp) {
  std::string text;
  const std::vector<Stream> streams = streams_of(sdp);
  if (streams.size() < 2) return text;
  for (const Stream& stream : streams)
    text += (text.empty() ? "" : " + ") + std::string(stream.port == 0 ? "no " : "") + stream.kind;
  return text;
}

/// What people look for in a flow besides first line, CSeq and body.
std::string notes_of(const sip::Message& message) {
  std::string notes;
  auto note = [&notes](std::string_view text) { notes.append(notes.empty() ? "" : ", ").append(text); };
  const std::string_view body = message.body();
  if (const std::string_view direction = direction_of(body); !direction.empty()) {
    if (const Endpoint media = media_of(body); media.port != 0) note("at " + media.text());
    if (const std::string streams = told_streams(body); !streams.empty()) note(streams);
    if (direction != "sendrecv") note(direction);
    if (body.find("c=IN IP4 0.0.0.0") != body.npos) note("c=0.0.0.0");
    if (streams_of(body).size() == 1 && media_of(body).port == 0) note("no stream");
  } else if (body.starts_with("SIP/2.0 ")) {
    note("says " + std::string(body.substr(8, 3)));
  }
  using sip::Header;
  for (Header header :
       {Header::session_expires, Header::min_se, Header::require, Header::reason, Header::p_early_media,
        Header::retry_after, Header::refer_to, Header::p_asserted_identity, Header::privacy}) {
    if (!message.has(header)) continue;
    const std::string_view value = message.value(header);
    const size_t end = value.find("?Replaces=");  // what follows is drawn by lot
    note(std::string(sip::text_of(header)) + ": " + std::string(value.substr(0, end)) +
         (end == value.npos ? "" : "?Replaces=...>"));
  }
  if (message.from().uri.host == "anonymous.invalid") note("From: anonymous");
  if (!message.is_request() && message.status() / 100 == 3)
    note("Contact: " + std::string(message.value(Header::contact)));
  if (body.find(" RTP/SAVP") != body.npos) note("RTP/SAVP");
  if (const size_t keys = keys_in(body); keys > 0) note(keys == 1 ? "a key" : std::to_string(keys) + " keys");
  return notes;
}

std::string summary_of(std::string_view bytes) {
  std::string text;
  for (char c : bytes.substr(0, std::min(bytes.find('\r'), size_t(60)))) text += c < ' ' || c > '~' ? '.' : c;
  sip::Message message;
  if (message.parse(bytes) != Reason::none) return text + "  (does not parse)";
  text += "  cseq " + std::to_string(message.cseq().number) + " " + std::string(message.cseq().method_text);
  text += "  call " + std::string(message.call_id().substr(0, 12));
  const bool answers_invite = !message.is_request() && message.cseq().method == sip::Method::invite;
  if (answers_invite) text += "  to " + std::string(message.to().tag());
  if (!message.body().empty()) text += direction_of(message.body()).empty() ? "  +body" : "  +sdp";
  return text + "  # " + notes_of(message);
}

}  // namespace

Ladder::Entry& Ladder::fresh(Instant now, Rung rung) {
  Entry& entry = rungs_[count_++ % kept];
  entry.when = now;
  entry.rung = rung;
  return entry;
}

void Ladder::message(Instant now, Rung rung, RealmId realm, const Endpoint& peer, WorkerId worker,
                     std::string_view bytes) {
  Entry& entry = fresh(now, rung);
  entry.realm = realm;
  entry.peer = peer;
  entry.worker = worker;
  entry.bytes.assign(bytes);
  if (live_ != nullptr) draw(entry, *live_);
}

void Ladder::note(Instant now, std::string_view text) {
  Entry& entry = fresh(now, Rung::note);
  entry.bytes.assign(text);
  if (live_ != nullptr) draw(entry, *live_);
}

void Ladder::draw(const Entry& entry, std::ostream& out) const {
  char head[64];
  std::snprintf(head, sizeof head, "%10.3f ", double((entry.when - begun_).count()) / 1e9);
  out << head;
  if (entry.rung == Rung::note) {
    out << "     * " << entry.bytes << '\n';
    return;
  }
  static constexpr const char* arrows[] = {"->|", "=>|", "|->", "x  "};
  if (entry.worker == WorkerId::none) {
    out << "   ";
  } else {
    out << 'w' << unsigned(index_of(entry.worker)) << ' ';
  }
  out << arrows[size_t(entry.rung)] << " realm " << unsigned(index_of(entry.realm)) << "  "
      << entry.peer.text() << "  " << summary_of(entry.bytes) << '\n';
}

std::string Ladder::drawn() const {
  std::ostringstream out;
  for (size_t at = count_ > kept ? count_ - kept : 0; at < count_; ++at) draw(rungs_[at % kept], out);
  return out.str();
}

}  // namespace sbc::sim
