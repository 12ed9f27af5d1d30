#include "tests/sim/ladder.h"

#include <algorithm>
#include <cstdio>
#include <ostream>
#include <sstream>

#include "dataplane/sip/message.h"

namespace sbc::sim {
namespace {

std::string summary_of(std::string_view bytes) {
  std::string text;
  for (char c : bytes.substr(0, std::min(bytes.find('\r'), size_t(60)))) text += c < ' ' || c > '~' ? '.' : c;
  sip::Message message;
  if (message.parse(bytes) != Reason::none) return text + "  (does not parse)";
  text += "  cseq " + std::to_string(message.cseq().number) + " " + std::string(message.cseq().method_text);
  text += "  call " + std::string(message.call_id().substr(0, 12));
  if (!message.body().empty()) text += "  +body";
  return text;
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
