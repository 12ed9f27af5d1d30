// Latching (RFC 7362): whose packets a port takes, and where those toward it go. Where SDP changes, its side
// latches anew, but what the peer sends from where it was is on its way still: the peer has not read our
// answer yet, or another fork that was heard before has not been cancelled. So a latch settles for a while,
// in which a better claim takes it: what SDP names exactly is better than others that may latch, and who had
// the latch before is last. Who is behind NAT and goes on from there is heard all the time. A source that SDP
// does not name gives way to any other when it falls silent meanwhile, and is last from then on: so one that
// has not moved has the latch back from a neighbour that was heard once.
#include "dataplane/media/relay_engine.h"

namespace sbc::media {
namespace {

/// From the first packet on. The answer that the peer has to read before it moves is repeated until then,
/// after 0.5, 1.5, 3.5 and 7.5 s (RFC 3261 13.3.1.4).
constexpr Duration settling_time = std::chrono::seconds(10);
/// So long media goes where SDP says although the former remote is the only one heard.
constexpr Duration former_patience = std::chrono::milliseconds(300);
/// Longer than between two packets of a stream.
constexpr Duration silence_time = std::chrono::milliseconds(200);

bool is_near_signalling(const Side& side, const IpAddress& source) {
  return source == side.signalling || side.near_signalling.contains(source);
}

}  // namespace

/// RFC 7362 section 5: whoever is first at an open port must not get the call, so the source has to be an
/// address that the signalling vouches for, or that the operator has named. Where the stream has latched
/// already, its RTCP comes from there. Where there is ICE, checks latch, not media.
bool RelayEngine::may_latch(FlowIndex flow, const wire::Frame& frame) const {
  const Side& side = table_.detail(flow).side;
  if (!side.ice.is_none()) return false;
  const IpAddress& source = frame.source;
  bool vouched = side.other_sources.contains(source);
  if (side.latch == config::LatchRule::learn)
    vouched |= is_near_signalling(side, source) || (side.remote.port != 0 && source == side.remote.address);
  vouched = (vouched && is_in_window(flow)) || frame.from() == side.remote;
  FlowIndex stream = table_.line(flow).kind == Kind::rtcp ? sibling_of(flow) : no_flow;
  const bool unchecked = stream != no_flow && side.muxed && !table_.detail(stream).side.ice.is_none() &&
                         !table_.line(stream).is(FlowLine::latched);
  if (unchecked) return false;
  if (stream != no_flow && table_.line(stream).is(FlowLine::latched)) {
    const bool beside = !side.muxed || table_.line(stream).remote_port == packed_port(frame.source_port);
    vouched = table_.addresses(stream).remote == source && beside;
  }
  return vouched && may_be_sent_to(side, frame.from());
}

/// Who has been silent for so long is not expected any more: what speaks at its port now is rather somebody
/// who has found it.
bool RelayEngine::is_in_window(FlowIndex flow) const {
  const FlowDetail& detail = table_.detail(flow);
  const Duration window = detail.side.latch_window;
  return window == Duration(0) || now_ - detail.awaited < window;
}

/// Of a latched one: whether its source is none that the signalling names.
bool RelayEngine::is_asymmetric(FlowIndex flow) const {
  const Side& side = table_.detail(flow).side;
  const IpAddress& source = table_.addresses(flow).remote;
  return side.ice.is_none() && !is_near_signalling(side, source) && source != side.remote.address &&
         side.other_sources.contains(source);
}

/// Of one who may latch.
RelayEngine::Claim RelayEngine::claim_of(FlowIndex flow, const Endpoint& source) const {
  const FlowDetail& detail = table_.detail(flow);
  if (source == detail.side.remote) return Claim::named;
  return source == detail.relatch.former ? Claim::former : Claim::other;
}

/// Of one that is not the remote of a side that has latched. RTCP is silent for seconds by right.
bool RelayEngine::may_take_latch(FlowIndex flow, const wire::Frame& frame) const {
  const FlowLine& line = table_.line(flow);
  const Relatch& relatch = table_.detail(flow).relatch;
  if (!line.is(FlowLine::latched) || !relatch.since || now_ - *relatch.since >= settling_time) return false;
  const Claim own = claim_of(flow, frame.from()), present = claim_of(flow, remote_of(flow));
  const bool silent =
      line.kind != Kind::rtcp && present != Claim::named && now_ - last_packet(flow) >= silence_time;
  return (own < present || silent) && may_latch(flow, frame);
}

/// Its packet is accepted: it has the latch, or gets it.
void RelayEngine::hear_from(FlowIndex flow, const wire::Frame& frame) {
  const bool latched = table_.line(flow).is(FlowLine::latched);
  if (latched && (is_from_remote(flow, frame) || !may_take_latch(flow, frame))) return;
  FlowDetail& detail = table_.detail(flow);
  Relatch& relatch = detail.relatch;
  if (relatch.begun && !relatch.since) relatch.since = now_;
  if (latched) relatch.former = remote_of(flow);
  const bool is_former = !latched && relatch.begun && claim_of(flow, frame.from()) == Claim::former;
  if (is_former && is_aimed(detail.side) && now_ - *relatch.since < former_patience) return;
  latch(flow, frame.from());
}

/// Of a port that is open.
void RelayEngine::begin_relatch(FlowIndex flow) {
  const FlowLine& line = table_.line(flow);
  Relatch& relatch = table_.detail(flow).relatch;
  if (line.is(FlowLine::latched)) relatch.former = remote_of(flow);
  relatch.begun = true;
  relatch.since.reset();
}

/// RFC 7362 section 4: from here on this source and no other, and the other side's packets go there, unless
/// it is asymmetric. What RTCP latched to before its stream did does not outlive it elsewhere.
void RelayEngine::latch(FlowIndex flow, const Endpoint& remote) {
  FlowLine& line = table_.line(flow);
  set_remote(flow, remote);
  line.set(FlowLine::latched, true);
  line.set(FlowLine::source_fixed, true);
  const FlowDetail& detail = table_.detail(flow);
  if (!detail.side.held_back && !is_asymmetric(flow)) set_egress_remote(detail.peer, remote);
  if (line.kind != Kind::rtp) return;
  FlowIndex rtcp = sibling_of(flow);
  if (rtcp == no_flow || !table_.line(rtcp).is(FlowLine::latched)) return;
  if (!table_.detail(rtcp).side.ice.is_none()) return;  // it has been nominated by itself
  const bool beside = !detail.side.muxed || table_.line(rtcp).remote_port == line.remote_port;
  if (table_.addresses(rtcp).remote != remote.address || !beside) unlatch(rtcp);
}

void RelayEngine::await_latch(FlowIndex flow) {
  FlowLine& line = table_.line(flow);
  const Side& side = table_.detail(flow).side;
  const bool fixed =
      side.latch == config::LatchRule::signalled && side.ice.is_none() && side.other_sources.all().empty();
  line.set(FlowLine::latched, false);
  line.set(FlowLine::source_fixed, fixed);
  set_remote(flow, fixed ? side.remote : Endpoint{});
}

void RelayEngine::unlatch(FlowIndex flow) {
  const FlowDetail& detail = table_.detail(flow);
  await_latch(flow);
  join(detail.peer, flow, detail.side);
}

void RelayEngine::judge_again() {
  for (FlowIndex flow = 0; flow < table_.size(); ++flow) {
    const FlowLine& line = table_.line(flow);
    if (!line.is(FlowLine::open)) continue;
    // What has not latched yet is judged by its SDP's address, either way.
    const FlowDetail& detail = table_.detail(flow);
    if (!line.is(FlowLine::latched) || refuses(detail.side, table_.addresses(flow).remote)) {
      unlatch(flow);
    } else if (is_asymmetric(flow)) {
      join(detail.peer, flow, detail.side);
    }
  }
}

}  // namespace sbc::media
