#include "sbc/edge/reporter.h"

namespace sbc::edge {

void Reporter::cdr(const call::CallRecord& record) {
  WorkerCounters& counters = exchange_.counters;
  bool answered = record.answered.ns != 0;
  counters.calls_ended.add();
  (answered ? counters.calls_answered : counters.calls_failed).add();
  if (!exchange_.cdrs.push(record)) counters.cdrs_lost.add();
}

void Reporter::refused(Instant now, Reason reason, RealmId realm, const Endpoint& peer,
                       std::string_view detail) {
  if (!log_state_.conforms(log_limit_, now)) return;
  log({call::Severity::info, reason, realm, 0, peer, detail});
}

void Reporter::push(Report report) {
  if (!exchange_.reports.push(std::move(report))) exchange_.counters.reports_lost.add();
}

}  // namespace sbc::edge
