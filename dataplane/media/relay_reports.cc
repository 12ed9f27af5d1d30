// What RTCP that passes tells of the two ends: how each hears the other, and how far away it is.
#include <algorithm>

#include "dataplane/media/relay_engine.h"

namespace sbc::media {

/// What crosses of a compound is what it says of streams, so the rewritten one is read.
void RelayEngine::read_rtcp(FlowIndex flow) {
  rtp::Reports reports;
  rtp::read_reports({rtcp_.data(), rtcp_size_}, reports);
  for (const rtp::ReceptionReport& report : reports.all()) note_report(flow, report);
  if (reports.metrics) note_metrics(flow, *reports.metrics);
  FlowDetail& detail = table_.detail(flow);
  if (reports.reference)
    note_answer(flow, table_.detail(detail.peer).rtcp.asked, reports.reference->last,
                reports.reference->since_then);
  if (reports.sent_at) detail.rtcp.sent = {reports.sent_at, now_};
  if (reports.asked_at) detail.rtcp.asked = {reports.asked_at, now_};
}

/// The other side's stream, where a report from `flow` is about that; else no_flow.
FlowIndex RelayEngine::heard_by(FlowIndex flow, uint32_t ssrc) const {
  const FlowIndex heard = sibling_of(table_.detail(flow).peer);
  const bool known = heard != no_flow && table_.stream(heard).known && table_.stream(heard).ssrc == ssrc;
  return known ? heard : no_flow;
}

void RelayEngine::note_report(FlowIndex flow, const rtp::ReceptionReport& report) {
  constexpr int64_t second = 1'000'000'000;
  FlowDetail& detail = table_.detail(flow);
  const FlowIndex heard = heard_by(flow, report.ssrc);
  if (heard == no_flow) return;
  const int64_t clock = table_.detail(heard).clock_rate;
  if (!detail.rtcp.far) detail.rtcp.far.emplace();
  FarView& far = *detail.rtcp.far;
  far.lost = uint32_t(std::max(report.lost, 0));
  far.fraction_lost = report.fraction_lost;
  far.jitter.reset();
  if (clock != 0) far.jitter = Duration(int64_t(report.jitter) * second / clock);
  note_answer(flow, table_.detail(detail.peer).rtcp.sent, report.last_report, report.since_then);
}

void RelayEngine::note_metrics(FlowIndex flow, const rtp::VoipMetrics& metrics) {
  if (heard_by(flow, metrics.ssrc) == no_flow) return;
  auto& far = table_.detail(flow).rtcp.far;
  if (!far) far.emplace();
  far->discarded = metrics.discarded;
  far->mos = metrics.mos;
}

/// What has passed since the stamp that is answered came by here, less what it lay there, is the way there
/// and back (RFC 3550 6.4.1; RFC 3611 4.5).
void RelayEngine::note_answer(FlowIndex flow, const RtcpView::Stamp& stamp, uint32_t time,
                              uint32_t since_then) {
  constexpr int64_t second = 1'000'000'000;
  if (time == 0 || time != stamp.time) return;
  const Duration lay(int64_t(since_then) * second >> 16);
  const Duration round_trip = now_ - stamp.passed - lay;
  if (round_trip >= Duration(0)) table_.detail(flow).rtcp.round_trip = round_trip;
}

}  // namespace sbc::media
